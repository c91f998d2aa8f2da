"""The list that phones take along: what it says, how large it is, what cannot be done to it."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.audit.services import SYSTEM
from app.checkins.queries.bundle import kept_bundle
from app.checkins.rules.bundle import (
    ENVELOPE,
    BundleFault,
    Group,
    Person,
    Roster,
    Standing,
    code_hash,
    decode,
    encode,
    fingerprint,
    pass_hash,
    seal,
    unseal,
)
from app.checkins.services import bundle as service
from app.checkins.services.bundle import EVERY, MARGIN, current_bundle
from app.core import signing
from app.core.clock import now
from app.passes.rules import new_short_code, verify_pass
from app.passes.services import reissue
from app.registrations.services.changes import cancel
from tests.factories.walks import enrol, make_walk, person

SALT = bytes(range(16))
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {7: KEY.public_key()}
HEADER = {"v": 1, "number": 5}


def somebody(draw: random.Random, bib: str | None = "A0007", **more) -> Person:
    facts = {
        "pass_id": uuid.UUID(int=draw.getrandbits(128)),
        "floor": 0,
        "short_code": new_short_code(draw.choice),
        "standing": Standing.CONFIRMED,
        "category": 0,
        "bib": bib,
    }
    return Person(**(facts | more))


class TestFormat:
    def test_what_is_encoded_is_decoded(self):
        draw = random.Random(1)
        people = [
            somebody(draw, bib, floor=n, standing=Standing(n % 4), category=n % 3)
            for n, bib in enumerate(["A0007", "A00007", "0012", "B9999999", None, "", "花7", "AB", "A1B", "9" * 12])
        ]
        team = Group(uuid.UUID(int=3), 2, "23456789", 31)
        found = decode(encode(HEADER, Roster(people, [team], ["ABCDEFGH"]), SALT))
        assert found.header["number"] == 5
        by_hash = {row[0]: row[1:] for row in found.people}
        for one in people:
            kept = one.bib if one.bib in {"A0007", "A00007", "0012", "B9999999", "花7"} else None
            code = code_hash(SALT, one.short_code)
            assert by_hash[pass_hash(SALT, one.pass_id)] == (code, one.floor, one.standing, one.category, kept)
        assert found.teams == [(pass_hash(SALT, team.pass_id), code_hash(SALT, "23456789"), 2, 31)]
        assert found.revoked == [code_hash(SALT, "ABCDEFGH")]

    def test_twelve_and_a_half_thousand_people_fit_into_300_kb(self):
        draw = random.Random(2)
        people = [somebody(draw, f"{draw.choice('ABC')}{n:05d}") for n in range(12_500)]
        teams = [Group(uuid.UUID(int=draw.getrandbits(128)), 0, new_short_code(draw.choice), 40) for _ in range(150)]
        revoked = [new_short_code(draw.choice) for _ in range(500)]
        file = seal(encode(HEADER, Roster(people, teams, revoked), SALT), KEY, 7)
        assert len(file) <= 300_000
        assert len(decode(unseal(file, KEYS)).people) == 12_500

    def test_the_length_of_the_hashes_is_enough_for_200_000_people(self):
        """The odds written beside the lengths, counted: far fewer than one among all pairs."""
        people = strangers = 200_000
        assert people * strangers / 2**48 < 2e-4
        draw = random.Random(3)
        hashes = Counter(pass_hash(SALT, uuid.UUID(int=draw.getrandbits(128))) for _ in range(people))
        assert max(hashes.values()) == 1

    def test_nothing_of_a_pass_or_code_stands_in_it_and_another_salt_hides_it_anew(self):
        draw = random.Random(4)
        one = somebody(draw)
        bodies = [encode(HEADER, Roster([one], [], []), salt) for salt in (SALT, bytes(16))]
        for body in bodies:
            assert one.pass_id.bytes not in body
            assert one.short_code.encode() not in body
        assert decode(bodies[0]).people[0][:2] != decode(bodies[1]).people[0][:2]

    def test_the_same_facts_have_the_same_fingerprint_in_any_order(self):
        draw = random.Random(5)
        people = [somebody(draw) for _ in range(9)]
        mark = fingerprint(HEADER, Roster(people, [], ["B", "A"]))
        assert fingerprint(HEADER, Roster(people[::-1], [], ["A", "B"])) == mark
        assert fingerprint(HEADER, Roster(people[1:], [], ["A", "B"])) != mark

    def test_no_bit_can_be_flipped(self):
        file = seal(encode(HEADER, Roster([somebody(random.Random(6))], [], []), SALT), KEY, 7)
        assert unseal(file, KEYS) == file[ENVELOPE:]
        for bit in range(len(file) * 8):
            changed = bytearray(file)
            changed[bit // 8] ^= 1 << bit % 8
            with pytest.raises(BundleFault):
                unseal(bytes(changed), KEYS)

    @pytest.mark.parametrize("file", [b"", b"\0\7", bytes(66), bytes(67)])
    def test_what_is_no_bundle_is_refused(self, file):
        with pytest.raises(BundleFault):
            unseal(file, KEYS)

    def test_a_signature_of_a_pass_is_none_of_a_bundle(self):
        body = encode(HEADER, Roster([], [], []), SALT)
        with pytest.raises(BundleFault):
            unseal((7).to_bytes(2, "big") + KEY.sign(b"XIANGYUE-PASS-1\0" + body) + body, KEYS)

    @pytest.mark.parametrize("cut", [1, 5, 40])
    def test_a_body_that_is_cut_is_refused(self, cut):
        body = encode(HEADER, Roster([somebody(random.Random(7))], [], []), SALT)
        with pytest.raises(BundleFault):
            decode(body[:-cut])


@pytest.mark.usefixtures("ctx")
class TestOfAnActivity:
    def opened(self, walk, at=None):
        return decode(unseal(current_bundle(activity_id=walk.id, at=at).file, signing.keys().public()))

    def test_it_tells_the_standing_of_everybody(self):
        walk = make_walk(capacity=2, starts_at=now() + timedelta(days=2))
        first, second, third, fourth = enrol(walk, person(), person(), person(), person())
        cancel(activity_id=walk.id, registration_id=second.registration_id, actor=SYSTEM, checked_in=False, at=now())
        found = self.opened(walk)
        salt = bytes.fromhex(found.header["salt"])
        by_hash = {row[0]: row for row in found.people}

        def row(one):
            facts = verify_pass(one.issued.text, signing.keys().public())
            return by_hash[pass_hash(salt, facts.pass_id)]

        assert row(first)[3] == Standing.CONFIRMED
        assert row(first)[5] == first.bib
        assert row(first)[1] == code_hash(salt, first.issued.short_code)
        assert row(second)[3] == Standing.CANCELLED
        assert (row(third)[3], row(fourth)[3]) == (Standing.CONFIRMED, Standing.WAITLISTED)
        assert [point["code"] for point in found.header["checkpoints"]] == ["S", "K", "F"]
        assert found.header["walk_in"] is False
        assert found.header["keys"] == {
            str(kid): key.public_bytes_raw().hex() for kid, key in signing.keys().public().items()
        }

    def test_a_new_code_raises_the_floor_and_lists_the_old_short_code(self):
        walk = make_walk()
        (one,) = enrol(walk, person())
        fresh = reissue(person_id=one.person_id, live_activities=[walk.id], actor=SYSTEM, at=now())
        found = self.opened(walk)
        salt = bytes.fromhex(found.header["salt"])
        assert [row[1:3] for row in found.people] == [(code_hash(salt, fresh.short_code), 1)]
        assert found.revoked == [code_hash(salt, one.issued.short_code)]

    def test_fifty_phones_cost_one_list_a_minute(self, monkeypatch):
        walk = make_walk()
        enrol(walk, person())
        made = []
        roster_of = service.roster_of
        monkeypatch.setattr(service, "roster_of", lambda plan: made.append(1) or roster_of(plan))
        at = now()
        files = {current_bundle(activity_id=walk.id, at=at + timedelta(seconds=n)).file for n in range(50)}
        assert (len(files), len(made)) == (1, 1)

    def test_a_list_that_still_holds_keeps_its_number_and_is_found_fresh(self):
        walk = make_walk()
        enrol(walk, person())
        at = now()
        first = current_bundle(activity_id=walk.id, at=at)
        assert first.number == int(at.timestamp()) - MARGIN
        again = current_bundle(activity_id=walk.id, at=at + EVERY)
        assert again.file == first.file
        assert kept_bundle(walk.id).checked_at == at + EVERY

    def test_a_change_gets_a_higher_number_even_when_the_clock_went_back(self):
        walk = make_walk()
        enrol(walk, person())
        at = now()
        first = current_bundle(activity_id=walk.id, at=at)
        enrol(walk, person())
        assert current_bundle(activity_id=walk.id, at=at + EVERY / 2).number == first.number
        second = current_bundle(activity_id=walk.id, at=at + EVERY)
        assert second.number == first.number + 60
        enrol(walk, person())
        monday = at + EVERY * 2
        third = current_bundle(activity_id=walk.id, at=monday)
        assert third.number == int(monday.timestamp()) - MARGIN
        assert len(decode(third.file[ENVELOPE:]).people) == 3

    def test_who_is_quicker_wins(self):
        walk = make_walk()
        enrol(walk, person())
        at = now()
        first = current_bundle(activity_id=walk.id, at=at)
        enrol(walk, person())
        second = service._make(walk.id, first, at + EVERY)
        enrol(walk, person())
        late = service._make(walk.id, first, at + EVERY)
        assert late.number == second.number
        assert late.file == second.file
