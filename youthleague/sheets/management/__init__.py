"""Management commands of the import batches."""
