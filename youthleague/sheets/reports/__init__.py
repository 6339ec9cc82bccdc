"""What the pages of import batches show: where a batch stands, and its rows page by page."""
