"""Floor 1: what every room stands on. It knows no room; only `db.py` and `wiring.py` know Flask."""
