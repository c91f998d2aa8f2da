"""Every read of the games beyond get."""
