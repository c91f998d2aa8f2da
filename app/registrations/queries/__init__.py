"""Every read of the room registrations."""
