"""The rows of daily marks in a spreadsheet: what they mean, whether they may be, written and taken back."""
