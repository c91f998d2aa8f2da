"""Every write of the room registrations."""
