"""The door for servers and for `flask --app wsgi`."""

from __future__ import annotations

import gc
import sys

from app import create_app

# Whoever has the writers' turn gives up Python's lock at each word with the store and must get it back
# from threads that only read requests: the usual 5 ms, a dozen times, is what all others would wait for.
sys.setswitchinterval(0.0005)
app = create_app()
# The application's 400,000 objects stay until the end: looking through them for circles took a sixth of the time
# of a batch of scans, 0.2 s at a time while everybody waits. What requests leave is looked through as before.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 10, 10)
