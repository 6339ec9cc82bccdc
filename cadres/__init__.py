"""People, their dated posts, and which account is whose."""
