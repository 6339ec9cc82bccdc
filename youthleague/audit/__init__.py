"""Append-only event log: who did what, when, with which result; each event is chained to the one before."""
