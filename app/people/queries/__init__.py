"""Every read of the room people."""
