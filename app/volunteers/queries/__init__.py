"""Shifts and who serves in them, as pages read them."""
