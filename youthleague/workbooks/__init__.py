"""Sandboxed reading of uploaded spreadsheets, finding the table in them, and writing templates and exports."""
