"""The shape of what devices send and get. Scans are read one by one, so that one bad item blocks nothing."""

from __future__ import annotations

import base64
from typing import Any

from flask import Request

from app.checkins.rules.state import DeviceState, read_state
from app.core.crypto import sha256
from app.core.errors import DomainError, TooLarge
from app.core.text import N_

MAX_ITEMS = 500
MAX_BYTES = 1_000_000

_PROBLEM = {"description": "problem+json with a `code`"}
_ITEM = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "pass": {"type": "string"},
        "code": {"type": "string"},
        "bib": {"type": "string"},
        "registration": {"type": "string", "format": "uuid"},
        "undoes": {"type": "string", "format": "uuid"},
        "checkpoint": {"type": "string"},
        "scanned_at": {"type": "string", "format": "date-time"},
        "offset_ms": {"type": "integer"},
        "seq": {"type": "integer"},
        "shown": {"type": "string"},
        "bundle": {"type": "integer"},
        "headcount": {"type": "integer"},
    },
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _doc(
    summary: str, *statuses: int, body: dict[str, Any] | None = None, security: str | None = "device"
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": summary,
        "responses": {
            str(status): {"description": "done"} if status < 400 else _PROBLEM for status in (*statuses, 429, 503)
        },
    }
    if body:
        described["requestBody"] = _body(body)
    if security:
        described["security"] = [{security: []}]
    return described


SCANS_DOC = _doc(
    "Store and judge scans",
    200,
    401,
    413,
    422,
    body={
        "type": "object",
        "required": ["scans"],
        "properties": {"scans": {"type": "array", "maxItems": MAX_ITEMS, "items": _ITEM}},
    },
)
DEVICE_DOC = _doc("This device", 200, 401)
JOIN_DOC = _doc(
    "Become a device",
    201,
    404,
    422,
    body={
        "type": "object",
        "required": ["code", "name"],
        "properties": {"code": {"type": "string"}, "name": {"type": "string"}},
    },
    security=None,
)
_MAYBE_WHOLE = {"type": ["integer", "null"]}
STATE_DOC = _doc(
    "What a phone says of itself, once a minute; answered as `GET /device`",
    200,
    401,
    413,
    422,
    body={
        "type": "object",
        "required": ["queue"],
        "properties": {
            "queue": {"type": "integer", "minimum": 0, "description": "scans that the server has not answered yet"},
            "oldest": {"type": ["string", "null"], "format": "date-time", "description": "when the oldest was made"},
            "battery": {**_MAYBE_WHOLE, "minimum": 0, "maximum": 100},
            "charging": {"type": ["boolean", "null"]},
            "bundle": {**_MAYBE_WHOLE, "description": "number of the list that the phone holds"},
            "release": {"type": ["string", "null"], "maxLength": 40},
            "checkpoint": {"type": ["string", "null"], "description": "code of the checkpoint that is chosen"},
            "offset_ms": {**_MAYBE_WHOLE, "description": "measured offset of the phone's clock"},
        },
    },
)
BUNDLE_DOC = _doc("The signed list for judging without a network; ETag and 304", 200, 304, 401, 403, 404)
SEARCH_DOC = _doc("Find somebody at the gate", 200, 401, 403, 404)
TALLY_DOC = _doc("The counts of an activity", 200, 401, 403, 404)


def json_object(request: Request) -> dict[str, Any]:
    """The request's JSON object; 413 or 422 with a code otherwise."""
    if request.content_length is not None and request.content_length > MAX_BYTES:
        raise TooLarge("too_large", N_("内容太大了，请分成小一些的再传。"))
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise DomainError("not_json", N_("需要一个 JSON 对象。"))
    return body


def _digest_of(request: Request) -> str:
    return f"sha-256=:{base64.b64encode(sha256(request.get_data())).decode()}:"


def scan_items(request: Request) -> list[Any]:
    """The items of a batch, unread. With a `Content-Digest` (RFC 9530) that does not fit nothing is taken."""
    said = request.headers.get("Content-Digest")
    if said is not None and said.strip() != _digest_of(request):
        raise DomainError("batch_damaged", N_("这一批在路上损坏了，请再传一次。"))
    items = json_object(request).get("scans")
    if not isinstance(items, list):
        raise DomainError("scans_missing", N_("缺少 scans 列表。"), field="scans")
    if len(items) > MAX_ITEMS:
        raise TooLarge("too_many_scans", N_("一次最多 %(limit)s 条。"), limit=MAX_ITEMS)
    return items


def join_body(request: Request) -> tuple[str, str]:
    """Join code and the volunteer's name."""
    body = json_object(request)
    code, name = body.get("code"), body.get("name")
    if not isinstance(code, str) or not isinstance(name, str) or len(code) > 40 or len(name) > 200:
        raise DomainError("join_unreadable", N_("请填协调员给的码和您的名字。"))
    return code, name


def device_state(request: Request) -> DeviceState:
    """What a phone says of itself. Without a queue it says nothing: 422; other fields that cannot be
    read are left out, so that an odd battery never costs the office a queue.
    """
    state = read_state(json_object(request))
    if state is None:
        raise DomainError("queue_unreadable", N_("queue 要填还没传的条数。"), field="queue")
    return state
