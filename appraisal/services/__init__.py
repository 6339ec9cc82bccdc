"""What the appraisal does: years and schemes, population, marks, results, items, roll-up."""
