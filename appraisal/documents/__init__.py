"""Official documents of the appraisal, as they are printed and signed."""
