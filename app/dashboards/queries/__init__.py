"""What the pages that look across rooms read."""
