"""Reads across rooms; this room owns no tables."""
