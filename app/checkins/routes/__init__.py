"""Pages for volunteers and the office, and the API of devices."""
