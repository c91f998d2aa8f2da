"""What is kept of whom."""
