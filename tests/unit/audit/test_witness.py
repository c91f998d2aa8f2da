"""The witness of the trail: a chain whose end was cut in the database is found out."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.audit import queries, witness
from app.audit.services import SYSTEM, record, seal
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import NIL
from app.core.transactions import act
from app.operations.tasks import seal_audit
from tests.unit.audit.test_trail import unguarded

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture(autouse=True)
def folder(tmp_path):
    witness.use_folder(tmp_path)
    yield tmp_path
    witness.use_folder(None)


@act
def note(*actions: str) -> None:
    for action in actions:
        record(SYSTEM, action, subject_kind="x", subject_id=None)


def two_links() -> None:
    note("a")
    seal_audit()
    note("b")
    seal_audit()


def cut(app, after: int) -> None:
    """Take away the end of the chain with its rows: what is left fits together."""
    with unguarded(app) as connection:
        for statement in (
            f"DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal_item WHERE n > {after})",
            f"DELETE FROM audit_seal_item WHERE n > {after}",
            f"DELETE FROM audit_seal WHERE n > {after}",
        ):
            connection.execute(text(statement))
    db.session.rollback()


def test_the_worker_keeps_how_far_each_chain_has_come(folder):
    two_links()
    assert witness.heads() == queries.last_links([NIL])
    assert witness.heads()[NIL][0] == 2
    assert (folder / witness.NAME).stat().st_mode & 0o777 == 0o600
    assert queries.verify(NIL, head=witness.heads()[NIL]).broken_at is None


@pytest.mark.parametrize(("left", "broken_at"), [(1, 2), (0, 1)])
def test_a_chain_whose_end_is_gone_is_found(app, runner, left, broken_at):
    two_links()
    cut(app, left)
    assert queries.verify(NIL).broken_at is None, "by itself it fits together"
    assert queries.verify(NIL, head=witness.heads()[NIL]).broken_at == broken_at
    db.session.rollback()
    said = runner.invoke(args=["audit", "verify"])
    assert (said.exit_code, "BROKEN" in said.output) == (1, True)


def test_an_end_that_was_written_anew_is_found(app):
    two_links()
    cut(app, 1)
    note("c")
    seal(scope_id=NIL)
    assert queries.verify(NIL).broken_at is None
    assert queries.verify(NIL, head=witness.heads()[NIL]).broken_at == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda told: told["chains"].popitem(),
        lambda told: told.update(mac="0" * 32),
        lambda told: told.update(chains=[]),
        lambda told: told["chains"].update({str(NIL): [1, "00"]}),
    ],
)
def test_a_witness_that_was_changed_says_so_and_is_not_written_over(folder, runner, spoil):
    two_links()
    path = folder / witness.NAME
    told = json.loads(path.read_text())
    spoil(told)
    path.write_text(json.dumps(told))
    with pytest.raises(DomainError) as refused:
        witness.heads()
    assert refused.value.code == "witness_wrong"
    note("c")
    assert seal_audit() == 1, "the chain goes on"
    assert json.loads(path.read_text()) == told
    db.session.rollback()
    said = runner.invoke(args=["audit", "verify"])
    assert said.exit_code == 1
    assert "旁证" in said.output


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"chains": {"x": 1}, "mac": ""}'])
def test_what_is_no_witness(folder, content):
    (folder / witness.NAME).write_text(content)
    with pytest.raises(DomainError):
        witness.heads()


def test_an_older_head_moves_nothing_back():
    two_links()
    seen = witness.heads()
    witness.note({NIL: (1, b"x" * 32)})
    assert witness.heads() == seen


def test_a_restore_puts_it_aside(folder):
    two_links()
    witness.begin_anew(now())
    assert witness.heads() == {}
    assert [one.name.startswith("audit-heads-until-") for one in folder.iterdir()] == [True]
    witness.begin_anew(now())


def test_without_a_place_nothing_is_kept():
    witness.use_folder(None)
    two_links()
    witness.begin_anew(now())
    assert witness.heads() == {}
