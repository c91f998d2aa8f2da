"""Answering 304 to a browser that holds the page of the same facts already."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from flask import request
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.web.frame import elder_mode
from app.web.texts import choose_language


def unless_known(facts: object, render: Callable[[], str]) -> Response:
    """The page, or 304 when the browser holds one of the same facts: then nothing is rendered.

    `facts` are frozen dataclasses and plain values, whose repr says all there is to say.
    """
    told = repr((facts, choose_language(), elder_mode(), request.full_path))
    tag = hashlib.sha256(told.encode()).hexdigest()[:32]
    response = Response(content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    if tag not in request.if_none_match:
        response.set_data(render())
    return response.make_conditional(request)


KEPT = 64
_kept: OrderedDict[str, Markup] = OrderedDict()
_lock = Lock()


def kept(facts: object, render: Callable[[], str]) -> Markup:
    """A part of a page that is the same for all readers of one language and mode, rendered once for the same facts.

    The last KEPT parts stay in the process. Nothing of a session may stand in it: no form, no name of the reader.
    """
    tag = hashlib.sha256(repr((facts, choose_language(), elder_mode())).encode()).hexdigest()
    with _lock:
        held = _kept.get(tag)
        if held is not None:
            _kept.move_to_end(tag)
            return held
    made = Markup(render())  # noqa: S704 - what a template of ours has rendered
    with _lock:
        _kept[tag] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget_kept() -> None:
    """For tests: another store lies under the same ids."""
    with _lock:
        _kept.clear()
