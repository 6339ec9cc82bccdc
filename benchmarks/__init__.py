"""Measurements that print figures; never asserted in the test run."""
