"""F24: a backup under load, everything lost, the backup restored; phones send again what they hold."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.core.db import db
from app.operations.services.backups import create_backup, finish_restore, restore_backup
from tests.factories.machines import lose, programs


class Holding:
    """A phone that keeps what was acknowledged for a day, and sends it again when the epoch is another one."""

    def __init__(self, made, port: int, token: str) -> None:
        self.phone = made.phone(port, token)
        self.held: list[list[dict]] = []
        self.epoch: int | None = None

    def send(self, items: list[dict]) -> None:
        answer = self.phone.send(items, shared=True)
        assert answer.status == 200
        before, self.epoch = self.epoch, answer.body["epoch"]
        if before is not None and before != self.epoch:
            for batch in self.held:
                assert self.phone.send(batch, shared=True).status == 200
        self.held.append(items)


def batches(made, seed: int):
    """Batches without end."""
    rng = random.Random(seed)
    while True:
        yield [made.scan(rng.randrange(200), rng.choice("SKF"), rng.uniform(0, 200)) for _ in range(25)]


def a_bad_day(made, store, tmp_path: Path, *, epoch: bool) -> int:
    """Load, a backup in the middle of it, more load, the machine lost, the backup put back, one more scan each.

    Returns how many scans the backup did not have. `epoch`: whether the restore raises it.
    """
    url, folder = make_url(db.engine.url), tmp_path / "copy"
    tokens = [made.device(name)[0] for name in ("一号", "二号")]
    with made.served() as site:
        phones = [Holding(made, site.port, token) for token in tokens]
        over = threading.Event()

        def work(place: int) -> None:
            for batch in batches(made, place):
                phones[place].send(batch)
                if over.is_set():
                    return

        threads = [threading.Thread(target=work, args=(place,)) for place in range(2)]
        for thread in threads:
            thread.start()
        made.wait_for_scans(100)
        create_backup(url=url, folder=folder, programs=programs())
        made.wait_for_scans(made.stored_scans() + 100)
        over.set()
        for thread in threads:
            thread.join()
        acknowledged = made.stored_scans()
        site.end()
        lose(store)
        above = restore_backup(url=url, folder=folder, replace=False, aside=tmp_path / "aside", programs=programs())
        if epoch:
            finish_restore(above=above)
        made.journal.note_restore()
        there = made.stored_scans()
        assert 0 < there < acknowledged
        db.session.remove()
        db.engine.dispose()
        site.start_again()
        for place, phone in enumerate(phones):
            phone.send([made.scan(place, "S", 201)])
    return acknowledged - there


def test_f24_what_came_after_the_backup_is_sent_again_by_the_phones(ground, store, tmp_path):
    made = ground(200)
    assert a_bad_day(made, store, tmp_path, epoch=True) > 0
    assert made.damages() == []


@pytest.mark.slow
def test_f24_control_without_a_new_epoch_what_came_after_the_backup_is_lost(ground, store, tmp_path):
    made = ground(200)
    a_bad_day(made, store, tmp_path, epoch=False)
    assert any(one.invariant == "I2" and "is gone" in one.what for one in made.damages())
