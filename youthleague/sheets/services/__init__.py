"""What moves an import batch on: upload, read, check, decide, apply; templates and exports."""
