"""The rows of a 周报 in a spreadsheet: what they mean, whether they may be, written and taken back."""
