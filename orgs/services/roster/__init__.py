"""The rows of a 团组织花名册: what they mean, whether they may be, written and taken back."""
