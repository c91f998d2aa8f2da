"""What reports read across the rooms."""
