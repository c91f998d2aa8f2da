"""`flask games rank`'s input, and what an event's results bring of it: read into dataclasses, rankings printed."""
