"""An application of the benchmark alone: the emptiest page that a signed-in account can open, and the bare frame."""
