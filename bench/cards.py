"""Printable cards of a unit beside the bare rate of the QR library, on one core."""

from __future__ import annotations

import sys
import time
import uuid

import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.clock import now
from app.passes.constants import PassKind
from app.passes.rules import new_short_code, sign_pass
from app.registrations.documents import Card, cards_pdf
from bench._site import ROOT
from tooling.figures import Figure, report

COUNT = 500
ROUNDS = 3
FONTS = ROOT / "frontend/node_modules/@expo-google-fonts/noto-sans-sc"
KEY = Ed25519PrivateKey.generate()


def _bare(texts: list[str]) -> float:
    """Matrices a second of the QR library, with a fixed mask."""
    began = time.perf_counter()
    for text in texts:
        code = qrcode.QRCode(version=6, error_correction=qrcode.ERROR_CORRECT_M, border=0, mask_pattern=0)
        code.add_data(text, optimize=0)
        code.make(fit=False)
    return len(texts) / (time.perf_counter() - began)


def _printed(texts: list[str]) -> float:
    """Cards a second, as one PDF."""
    cards = [
        Card(name="王德福", bib=f"A{n:05d}", text=text, short_code=new_short_code()) for n, text in enumerate(texts)
    ]
    began = time.perf_counter()
    cards_pdf(cards, fonts=FONTS, printed_at=now(), title="bench")
    return len(texts) / (time.perf_counter() - began)


def main() -> None:
    """Draw 500 cards, and the matrices of 500 codes, in turn: what disturbs the machine disturbs both."""
    texts = [sign_pass(KEY, kind=PassKind.PERSON, kid=1, pass_id=uuid.uuid4(), generation=0) for _ in range(COUNT)]
    _bare(texts[:10])
    _printed(texts[:10])
    rounds = [(_printed(texts), _bare(texts)) for _ in range(ROUNDS)]
    cards, bare = max(one for one, _ in rounds), max(one for _, one in rounds)
    sys.exit(report([Figure("cards as PDF", cards, "cards/s", 0.8, bare)]))


if __name__ == "__main__":
    main()
