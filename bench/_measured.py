"""Run a flask command in this process; print its rows, seconds and peak memory (kB) last."""

from __future__ import annotations

import resource
import sys
import time

from app import create_app

app = create_app()
began = time.perf_counter()
result = app.test_cli_runner().invoke(args=sys.argv[1:])
seconds = time.perf_counter() - began
if result.exit_code != 0:
    sys.exit(result.output)
rows = next(line for line in result.output.splitlines() if " rows:" in line).split()[0]
print(result.output)
print(rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
