"""Every read of the room checkins."""
