"""What makes it go."""
