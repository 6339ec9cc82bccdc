"""Appraisal of League cadres (“2+3+4”考评)."""
