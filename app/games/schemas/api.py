"""How the API of the games describes itself."""

from __future__ import annotations

from typing import Any

_PROBLEM = {"description": "problem+json with a `code`"}
MEDALS_DOC: dict[str, Any] = {
    "summary": "Medal table and team scores",
    "responses": {
        "200": {"description": "done"},
        "304": {"description": "unchanged"},
        "404": _PROBLEM,
        "429": _PROBLEM,
        "503": _PROBLEM,
    },
}
