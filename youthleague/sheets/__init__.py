"""Import batches (导入批次), templates and exports: how a spreadsheet travels."""
