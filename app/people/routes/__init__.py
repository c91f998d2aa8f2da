"""The pages of the family list, and of units for the office."""
