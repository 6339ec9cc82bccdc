"""What changes rows of the linkage."""
