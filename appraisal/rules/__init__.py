"""What the appraisal decides from values alone: the year, the scheme, the population, marks, grades."""
