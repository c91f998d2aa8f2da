"""Bytes from plain facts: what the games print and hand over as files."""
