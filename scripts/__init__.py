"""What the Makefile and the Procfile run: start, keep running, test, measure."""
