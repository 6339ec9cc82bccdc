"""Pure Python that every app may import: the standard library and pypinyin, no Django."""
