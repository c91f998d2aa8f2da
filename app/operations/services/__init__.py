"""What the person at the machine does to the installation as a whole."""
