"""区综合考核 in figures: the roll-up in the database, what is missing, tables of units, what a figure gives."""
