"""What the report of a year says: pure, from facts of the rooms to figures and sentences."""
