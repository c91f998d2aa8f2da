"""The shape of what the office types."""
