"""Every form with a file, found on the pages themselves: bombs, wrong kinds, cut files and nothing at all."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from werkzeug.datastructures import FileStorage

from app.core.permissions import Role
from tests.factories import accounts
from tests.support.pages import CSRF_FIELD, fields_of
from tests.support.world import build_world
from tests.web.attacks.test_every_form import pages

pytestmark = pytest.mark.usefixtures("ctx")
MEGABYTE = 1024 * 1024


def package(entry: str, unpacked: int = 120 * MEGABYTE) -> bytes:
    """An Office file of some kilobytes that unpacks to more than a hundred megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open(entry, "w", force_zip64=True) as target:
            for _ in range(unpacked // MEGABYTE):
                target.write(bytes(MEGABYTE))
    return file.getvalue()


def picture(side: int) -> bytes:
    """A PNG that says it has `side` × `side` points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<gpx><trk><name>&c;</name></trk></gpx>"""
PAYLOADS = {
    "a bomb as a spreadsheet": ("a.xlsx", package("xl/worksheets/sheet1.xml")),
    "a bomb as a text": ("a.docx", package("word/document.xml")),
    "a thousand laughs": ("a.gpx", LAUGHS),
    "a picture of four gigapixels": ("a.png", picture(65_000)),
    "a program": ("a.exe", b"MZ" + bytes(300)),
    "a cut package": ("a.xlsx", package("xl/worksheets/sheet1.xml", MEGABYTE)[:200]),
    "noise": ("\u202eexe.xlsx", bytes(range(256)) * 8),
    "nothing in it": ("a.xlsx", b""),
    "another name": ("../../etc/passwd", b"root:x:0:0"),
}


@pytest.fixture
def world(ctx):
    return build_world()


def forms_with_files(app, client, world):
    found = {}
    for _url, page in pages(app, client, world):
        for form in page.find_all("form", attrs={"enctype": "multipart/form-data"}):
            names = [str(one["name"]) for one in form.select("input[type=file]")]
            found[str(form["action"]), tuple(names)] = fields_of(form)
    return found


def test_every_upload_refuses_a_bomb_a_wrong_kind_and_nothing_with_a_sentence(app, client, world):
    manager = accounts.staff(Role.EVENT_MANAGER)
    client.login_as(manager)
    found = forms_with_files(app, client, world)
    assert len(found) >= 8, sorted(found)
    silent = []
    for (action, names), fields in found.items():
        for kind, (name, data) in PAYLOADS.items():
            client.login_as(manager)
            sent = {key: values for key, values in fields.items() if key != CSRF_FIELD}
            sent |= {one: FileStorage(io.BytesIO(data), name) for one in names}
            page = client.post(action, sent, content_type="multipart/form-data")
            told = page.errors or page.flash or page.soup.select("main [role=alert]")
            if page.status >= 500 or not told or "已收到" in page.text:
                silent.append(f"{kind} at {action}: {page.status} {page.main[:80]}")
    assert silent == []


def test_a_picture_of_four_gigapixels_keeps_what_was_typed(client, world):
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    url = f"/office/equipment/sets/{world.values['set_id']}"
    page = client.get(url)
    (form,) = [one for one in page.soup.find_all("form") if one.select("input[type=file]")]
    sent = dict(fields_of(form)) | {"to-village": "北山村", "to-receiver": "孙大力"}
    sent["to-photo"] = FileStorage(io.BytesIO(picture(65_000)), "a.png")
    page = client.post(str(form["action"]), sent, content_type="multipart/form-data")
    assert page.status == 422
    assert any("太大" in error or "读不出来" in error for error in page.errors), page.errors
    assert page.soup.select_one("[name=to-village]")["value"] == "北山村"
    assert page.soup.select_one("[name=to-receiver]")["value"] == "孙大力"
    client.get(f"{url}/photo.jpg", status=404)
