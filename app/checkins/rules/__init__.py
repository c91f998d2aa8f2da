"""Pure decisions of a check-in: how an item is read, what a set of scans means."""
