"""Places and equipment as pages and the yearly report read them."""
