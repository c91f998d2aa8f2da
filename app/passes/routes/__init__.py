"""The pages of a citizen's own codes."""
