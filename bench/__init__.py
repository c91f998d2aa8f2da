"""Benchmarks: one module, one command each (`python -m bench.NAME`)."""
