"""Three-level linkage (三级联动): tasks, weeks and what reminds of them."""
