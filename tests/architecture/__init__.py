"""The shape of the code, held by tests: what ruff, mypy and import-linter cannot see."""
