"""`record_scans`: behind the camera, the scan gun, the typed code, the poster, files and the API.

Every scan is stored with its verdict, refused ones too; the same id again
gives the first answer and no second row; the order of arrival decides nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.checkins.rules.answers import DeviceRef, ScanResult
from app.checkins.rules.reading import Item, read_item
from app.checkins.services.batch import Request, record_requests
from app.checkins.services.resolve import recognise
from app.core.clock import now
from app.core.together import Together

SMALL = 20
"""A volunteer's scans, as they are read; an upload of hours is an act of its own."""


def _ids(request: Request) -> frozenset[uuid.UUID]:
    return frozenset(item.id for item in request.read if isinstance(item, Item))


_together: Together[Request, list[ScanResult]] = Together(record_requests, names=_ids, most=32)


def record_scans(
    *, device: DeviceRef, items: Sequence[Any], at: datetime | None = None, zone_default: bool = False
) -> list[ScanResult]:
    """Store and judge a batch (decoded JSON items, ≤ 500 from outside); one answer per item, in order.

    `zone_default`: times without offset are the office's (files). What a
    revoked device sends is kept in quarantine. Unauthenticated when the
    device does not exist. Reading the items needs no database and is done before the act begins.
    """
    received = at or now()
    read = [read_item(raw, received_at=received, zone_default=zone_default) for raw in items]
    known = recognise([item for item in read if isinstance(item, Item)])
    request = Request(device, read, known, received)
    if len(read) <= SMALL:
        return _together(device.activity_id, request)
    (answer,) = record_requests(take=lambda: [request])
    if isinstance(answer, Exception):
        raise answer
    return answer
