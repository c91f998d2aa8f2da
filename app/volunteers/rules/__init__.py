"""Which step follows which, what clashes, how long somebody served: pure."""
