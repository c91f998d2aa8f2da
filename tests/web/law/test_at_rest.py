"""PIPL 51: who has the database in hand, or a copy of it, reads no name, number or phone in it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from app.activities.constants import AskField
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from tests.factories import people, sessions
from tests.support.stores import SqliteStore
from tests.web.registrations.conftest import page_one, typed
from tests.web.registrations.test_team_pages import BOXES, send, sheet

pytestmark = pytest.mark.usefixtures("clock")
CANARIES = {
    "name": "司徒藏名",
    "number": people.document(date(2019, 2, 3), n=17),
    "phone": "13812340917",
    "guardian": "欧阳监护",
    "guardian phone": "13912340918",
    "emergency": "诸葛救急",
    "emergency phone": "13712340919",
    "health": "对花生过敏",
}


@pytest.fixture
def everything_told(client, open_station):
    """A child signs up with all that can be asked, keeps a draft, comes in a team's file too, and walks in elsewhere."""
    asks = (AskField.EMERGENCY, AskField.HEALTH)
    first, second, third = (open_station(window={"asks": asks}), open_station(), open_station())
    sessions.citizen(client, phone=CANARIES["phone"])
    raw = people.raw_person(
        name=CANARIES["name"], document_number=CANARIES["number"], birth=date(2019, 2, 3), phone=CANARIES["phone"]
    )
    page_one(client, first, raw)
    sent = {
        "p0-guardian_name": CANARIES["guardian"],
        "p0-guardian_phone": CANARIES["guardian phone"],
        "p0-guardian_consent": "y",
        "p0-health": CANARIES["health"],
        "p0-consent_health": "y",
        "emergency_name": CANARIES["emergency"],
        "emergency_phone": CANARIES["emergency phone"],
        "consent_terms": "y",
    }
    assert client.submit(sent).h1 == "报上了。"
    page_one(client, second, raw)  # its page two is never sent: a draft
    guardian = ("监护人姓名", "监护人手机")
    head = ("姓名", "证件号", "组别", *guardian)
    row = (CANARIES["name"], CANARIES["number"], "体验组", CANARIES["guardian"], CANARIES["guardian phone"])
    send(client, second, sheet(row, head=head), file_name=f"{CANARIES['name']}.xlsx")
    client.submit({**BOXES, "guardian": "y"})
    gate = client.another()
    sessions.official(gate, Role.VOLUNTEER, scope=Scope(ScopeKind.ACTIVITY, third.id))
    gate.get(f"/office/activities/{third.code}/walk-in")
    more = {"guardian_name": CANARIES["guardian"], "guardian_phone": CANARIES["guardian phone"]}
    page = gate.submit(typed(raw, consent_terms="y", consent_guardian="y", **more))
    assert "报上了" in page.main
    db.session.rollback()


def needles() -> dict[str, tuple[bytes, ...]]:
    """Each canary as it would lie there: as text, escaped in JSON, folded in UTF-16."""
    return {
        what: (value.encode(), value.encode("unicode_escape"), value.encode("utf-16-le"))
        for what, value in CANARIES.items()
    }


def found_in(data: bytes) -> list[str]:
    return [what for what, spellings in needles().items() if any(one in data for one in spellings)]


def raw(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def test_no_column_of_any_table_holds_them(everything_told):
    """As a driver reads them, without the types of the application."""
    names = sorted(db.metadata.tables)
    seen = {}
    for name in names:
        rows = db.session.execute(text(f'SELECT * FROM "{name}"')).all()
        data = b"\n".join(raw(value) for row in rows for value in row)
        if found := found_in(data):
            seen[name] = found
    assert seen == {}
    assert db.session.execute(text("SELECT count(*) FROM registration")).scalar_one() == 3


def test_neither_the_file_of_the_database_nor_its_log_holds_them(app, everything_told, store):
    """On PostgreSQL the files are the server's own; its rows are read above."""
    if isinstance(store, SqliteStore):
        files = [path for path in store.path.parent.iterdir() if path.name.startswith(store.path.name)]
        assert sum(path.stat().st_size for path in files) > 100_000
        assert {path.name: found_in(path.read_bytes()) for path in files if found_in(path.read_bytes())} == {}


def test_the_search_would_find_one(everything_told):
    """The control: what is open in memory is found by the same search."""
    assert set(found_in(repr(CANARIES).encode())) == set(CANARIES)
    assert found_in(CANARIES["name"].encode("utf-16-le")) == ["name"]
