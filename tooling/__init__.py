"""What dev.py is made of: set-up, the served site, the test runs. Standard library only."""
