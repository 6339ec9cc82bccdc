"""Figures of the appraisal: the scheme as it stands, and the roll-up."""
