"""Rows for tests: each function adds one thing, with sensible values for all that the test does not name."""
