"""Pages of organisations and accounts."""
