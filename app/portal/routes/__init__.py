"""The pages that a citizen opens first: they look across rooms."""
