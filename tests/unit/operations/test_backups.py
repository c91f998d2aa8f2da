"""`flask backup create|verify|restore`: whole or refused, nothing overwritten unasked, the epoch raised."""

from __future__ import annotations

import json
import stat

import pytest
from sqlalchemy import func, select, text

from app.audit.services import SYSTEM, record, seal
from app.checkins.models import Scan
from app.core.db import db
from app.core.ids import NIL
from app.core.installation import epoch
from app.core.transactions import act
from app.operations.services import stores
from app.registrations.constants import Source
from tests.factories.machines import lose, programs
from tests.factories.walks import device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def flask(app, runner, monkeypatch):
    """Runs `flask backup …` with the programs that fit the server; (exit code, output)."""
    monkeypatch.setitem(app.config, "PG_BIN", programs())

    def call(*arguments: object) -> tuple[int, str]:
        db.session.remove()
        done = runner.invoke(args=["backup", *map(str, arguments)])
        db.session.remove()
        return done.exit_code, done.output

    return call


def scanned(n: int = 3) -> None:
    """A walk with `n` people who came."""
    walk = make_walk()
    phone = device(walk)
    for outcome in enrol(walk, *(person() for _ in range(n)), source=Source.IMPORT):
        read(phone, scan(outcome, "S", walk=walk))


def scans() -> int:
    found = db.session.execute(select(func.count()).select_from(Scan)).scalar_one()
    db.session.rollback()
    return found


def test_a_backup_is_verified_and_comes_back_on_an_empty_database(flask, tmp_path, store):
    scanned()
    folder = tmp_path / "copy"
    code, said = flask("create", "--out", folder)
    assert (code, "keys not included" in said) == (0, True), said
    assert flask("verify", folder)[0] == 0
    before = epoch()
    lose(store)
    assert scans() == 0
    code, said = flask("restore", folder)
    assert code == 0, said
    assert scans() == 3
    assert epoch() > before
    assert "scopes of the trail" in said


def test_the_folder_is_for_its_owner_alone_and_holds_no_keys_unless_asked(flask, tmp_path):
    scanned(1)
    for name, more, expected in (("plain", (), 1), ("keyed", ("--with-keys",), 3)):
        folder = tmp_path / name
        assert flask("create", "--out", folder, *more)[0] == 0
        manifest = json.loads((folder / "manifest.json").read_text())
        assert len(manifest["files"]) == expected
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all(stat.S_IMODE((folder / one).stat().st_mode) == 0o600 for one in manifest["files"])


def test_without_the_keys_no_name_can_be_read_in_a_backup(flask, tmp_path):
    walk = make_walk()
    enrol(walk, person(name="欧阳锦绣"), source=Source.IMPORT)
    flask("create", "--out", tmp_path / "copy")
    (copy,) = [path for path in (tmp_path / "copy").iterdir() if path.suffix != ".json"]
    assert "欧阳锦绣".encode() not in copy.read_bytes()


def test_what_is_there_is_not_overwritten_unasked_and_kept_when_it_is(flask, tmp_path, instance):
    scanned()
    flask("create", "--out", tmp_path / "copy")
    scanned(2)
    code, said = flask("restore", tmp_path / "copy")
    assert (code, "--replace" in said, scans()) == (1, True, 5)
    code, said = flask("restore", tmp_path / "copy", "--replace")
    assert (code, scans()) == (0, 3), said
    (aside,) = (instance / "backups").glob("before-restore-*")
    assert flask("restore", aside, "--replace")[0] == 0
    assert scans() == 5


def test_two_restores_from_one_backup_are_two_epochs(flask, tmp_path, clock):
    scanned(1)
    flask("create", "--out", tmp_path / "copy")
    seen = [epoch()]
    for _ in range(2):
        clock.shift(seconds=1)
        assert flask("restore", tmp_path / "copy", "--replace")[0] == 0
        clock.shift(seconds=60)
        seen.append(epoch())
    assert seen[0] < seen[1] < seen[2]


@pytest.mark.parametrize("harm", ["a byte", "cut", "gone", "manifest", "other file"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(flask, tmp_path, harm):
    scanned()
    folder = tmp_path / "copy"
    flask("create", "--out", folder)
    (copy,) = [path for path in folder.iterdir() if path.suffix != ".json"]
    data = copy.read_bytes()
    if harm == "a byte":
        copy.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    elif harm == "cut":
        copy.write_bytes(data[:-4096])
    elif harm == "gone":
        copy.unlink()
    elif harm == "manifest":
        (folder / "manifest.json").write_text("{}")
    else:
        copy.write_bytes(b"hello")
    assert flask("verify", folder)[0] == 1
    assert flask("restore", folder, "--replace")[0] == 1
    assert scans() == 3


def test_a_copy_with_a_forged_manifest_does_not_pass_when_it_is_no_database(flask, tmp_path):
    scanned(1)
    folder = tmp_path / "copy"
    flask("create", "--out", folder)
    (copy,) = [path for path in folder.iterdir() if path.suffix != ".json"]
    copy.write_bytes(copy.read_bytes()[:6000])
    manifest = json.loads((folder / "manifest.json").read_text())
    from app.operations.rules import digest_of

    manifest["files"][copy.name] = digest_of(copy)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    code, said = flask("verify", folder)
    assert (code, "备份已损坏" in said) == (1, True)


def test_a_trail_that_was_changed_behind_the_counter_is_told(flask, tmp_path, store):
    @act
    def note() -> None:
        record(SYSTEM, "test.done", subject_kind="test", subject_id=None)

    scanned(1)
    note()
    seal(scope_id=NIL)
    with db.engine.begin() as connection:
        if store.name == "sqlite":
            for name in (
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            ):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE audit_entry SET outcome = 'refused' WHERE action = 'test.done'")
    flask("create", "--out", tmp_path / "copy")
    if store.name == "sqlite":
        assert flask("verify", tmp_path / "copy")[0] == 1
        return
    code, said = flask("restore", tmp_path / "copy", "--replace")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER ALL")
    assert (code, "BROKEN" in said) == (1, True)


def test_a_folder_that_exists_is_not_written_into(flask, tmp_path):
    code, said = flask("create", "--out", tmp_path)
    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert "已经存在" in said


def test_a_machine_without_the_programs_is_told_which(monkeypatch, tmp_path):
    monkeypatch.setattr(stores.shutil, "which", lambda name, path=None: None)
    with pytest.raises(stores.DomainError, match="pg_dump") as refused:
        stores.program("pg_dump", "")
    assert refused.value.code == "program_missing"


def test_a_failed_copy_leaves_no_folder(flask, tmp_path, monkeypatch, store):
    def fail(*args: object, **more: object) -> None:
        raise stores.DomainError("program_refused", "no")

    monkeypatch.setattr("app.operations.services.backups.copy_out", fail)
    assert flask("create", "--out", tmp_path / "copy")[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_a_backup_of_the_other_store_is_refused(flask, tmp_path):
    flask("create", "--out", tmp_path / "copy")
    path = tmp_path / "copy" / "manifest.json"
    manifest = json.loads(path.read_text())
    here = manifest["store"]
    manifest["store"] = "postgresql" if here == "sqlite" else "sqlite"
    path.write_text(json.dumps(manifest))
    code, _ = flask("restore", tmp_path / "copy", "--replace")
    assert code == 1


def test_the_trail_tells_of_backups(flask, tmp_path, runner):
    scanned(1)
    flask("create", "--out", tmp_path / "copy")
    flask("restore", tmp_path / "copy", "--replace")
    actions = set(db.session.execute(text("SELECT action FROM audit_entry")).scalars())
    assert "backup.restored" in actions
    db.session.rollback()
    said = runner.invoke(args=["audit", "verify"])
    assert (said.exit_code, "not sealed yet" in said.output) == (0, True)
