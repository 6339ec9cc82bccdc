"""Organisations, users and roles, row scope, policy values and documents, registered figures."""
