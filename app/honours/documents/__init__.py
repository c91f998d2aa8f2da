"""Certificates as paper and picture."""
