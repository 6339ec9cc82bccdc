"""Secrets of the house: key ring, encrypted fields, blind index, token bucket."""
