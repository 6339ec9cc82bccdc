"""The pages of import batches, templates and exports."""
