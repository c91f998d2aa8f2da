"""Who may be chosen, and what a sheet says: pure."""
