"""The shape of what is typed on the way to a registration."""
