"""Fewer bytes on the way: built files are served as the build has packed them, pages are packed here.

What is packed together with a secret can betray it by its length (BREACH). So tokens of forms are
masked anew for each answer (`app.web.security`), and each packed page is up to PAD bytes longer than
it need be, as in "Heal the Breach" (2022), which Django does too.
"""

from __future__ import annotations

import gzip
import mimetypes
import secrets
from io import BytesIO
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

PACKED = (("br", ".br"), ("gzip", ".gz"))
"""Codings of the build, the best first, and how their files end."""
LEAST = 1_000
"""Bytes below which packing gains nothing."""
LEVEL = 5
PAD = 100


def prepare_compression(app: Flask) -> None:
    """Serve packed files where there are some, and pack pages."""
    if "static" in app.view_functions:
        app.view_functions["static"] = _static
    app.after_request(_pack)


def _static(filename: str) -> Response:
    """A file of the build, in the best coding that the browser takes."""
    folder = Path(current_app.static_folder or "")
    response = None
    for coding, ending in PACKED:
        found = safe_join(str(folder), filename + ending)
        if found and Path(found).is_file() and request.accept_encodings.quality(coding) > 0:
            kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
            response = send_from_directory(
                folder, filename + ending, mimetype=kind, max_age=current_app.get_send_file_max_age(filename)
            )
            response.headers["Content-Encoding"] = coding
            break
    response = response or current_app.send_static_file(filename)
    response.vary.add("Accept-Encoding")
    return response


def _pack(response: Response) -> Response:
    """Pack a page, if the browser takes it so; figures of the API and files go as they are."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if "Content-Encoding" in response.headers or not request.accept_encodings.quality("gzip") > 0:
        return response
    page = response.get_data()
    if len(page) < LEAST:
        return response
    packed = BytesIO()
    name = "x" * (1 + secrets.randbelow(PAD))
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=packed, mtime=0) as file:
        file.write(page)
    response.set_data(packed.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response
