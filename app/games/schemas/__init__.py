"""The shape of files and of the API."""
