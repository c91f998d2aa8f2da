"""Every write of the room checkins."""
