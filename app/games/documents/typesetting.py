"""What every PDF of the games is set with: the fonts of the set-up, data never as markup."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst

_WEIGHTS: Final = ("400Regular", "700Bold")
LARGE: Final = 1_000_000
"""Bytes of a PDF from which its remains are worth throwing away at once."""
_REMEMBERED: Final = 12
"""typst keeps what it has laid out until some ten further compilations have not asked for it: 45 MB for 500 pages."""


@lru_cache(maxsize=4)
def fonts_in(package: Path) -> typst.Fonts:
    """The two weights that are printed; FileNotFoundError when the set-up has not brought them."""
    folders = [package / weight for weight in _WEIGHTS]
    for folder in folders:
        if not any(folder.glob("*.ttf")):
            raise FileNotFoundError(f"no font in {folder}: run the set-up first")
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )


def pdf_of(template: str, data: dict[str, Any], *, fonts: Path, printed_at: datetime) -> bytes:
    """`template` (typst; its data as JSON in `sys.inputs.data`) as a PDF."""
    pdf = typst.compile(
        template.encode(),
        font_paths=fonts_in(fonts),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=printed_at.replace(microsecond=0),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one piece")
    if len(pdf) > LARGE:
        _forget(fonts)
    return pdf


def _forget(fonts: Path) -> None:
    """Set so many empty pages that nothing of the long document is kept: a worker's memory stays flat."""
    for _ in range(_REMEMBERED):
        typst.compile(b"#set page(width: 1cm, height: 1cm)", font_paths=fonts_in(fonts), ignore_system_fonts=True)
