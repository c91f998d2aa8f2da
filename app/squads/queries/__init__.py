"""Squads as pages and the yearly report read them."""
