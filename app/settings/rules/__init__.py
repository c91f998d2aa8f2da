"""What may stand in a value of the office. Pure."""
