"""What follows from plain facts: pure."""
