"""Every write of the room people."""
