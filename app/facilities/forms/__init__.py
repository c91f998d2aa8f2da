"""The shape of what this room takes."""
