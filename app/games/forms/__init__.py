"""The shape of input on pages of the games."""
