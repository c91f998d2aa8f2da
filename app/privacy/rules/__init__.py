"""How long something is kept: pure."""
