"""Pages of the linkage."""
