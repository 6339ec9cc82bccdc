"""What changes people and posts, one at a time or a whole roster: the same plan, the same writer."""
