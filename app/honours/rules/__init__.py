"""Numbers, milestones, lots: pure."""
