"""How the games rank: pure functions, dataclasses in and out, exact numbers only."""
