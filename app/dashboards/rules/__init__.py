"""What the counts of an activity say: pure, from cells to figures."""
