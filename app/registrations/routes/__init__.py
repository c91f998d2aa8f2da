"""Pages for citizens and the office, and the API."""
