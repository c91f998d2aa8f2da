"""My code: the right one, large, as a picture, made anew; proven persons only."""

from __future__ import annotations

import io
import uuid

import pytest
from PIL import Image
from sqlalchemy import select

from app.core import signing
from app.core.clock import now
from app.core.db import db
from app.core.outbox import Outbox
from app.core.transactions import act
from app.passes.constants import PassFault
from app.passes.models import PassIssue
from app.passes.rules import format_short_code, parse_short_code, verify_pass
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from tests.factories import activities, people, registrations, sessions
from tests.support import readers

pytestmark = pytest.mark.usefixtures("clock")


@act
def tie(account_id, person_id, proof=ProofLevel.CREATED, relation=Relation.SELF):
    link(account_id=account_id, person_id=person_id, relation=relation, proof=proof, at=now())


@pytest.fixture
def walker(client, ctx):
    """A citizen who is registered for one station; the outcome."""
    people.notice()
    station = activities.station()
    holder = sessions.citizen(client)
    outcome = registrations.registered(station, people.raw_person(name="王德福"))
    tie(holder.id, outcome.person_id)
    return outcome


def read(png):
    """What a reader makes of a picture."""
    return readers.code(Image.open(io.BytesIO(png)))


def drawn(page):
    """The text of the code that the page draws: its path as a picture, read."""
    svg = page.soup.select_one(".x-pass svg[role=img]")
    side = int(svg["viewbox"].split()[-1]) if svg.has_attr("viewbox") else int(svg["viewBox"].split()[-1])
    picture = Image.new("L", (side, side), 255)
    for bar in svg.path["d"].split("z")[:-1]:
        place, _, rest = bar.removeprefix("M").partition("h")
        x, y = (int(number) for number in place.split())
        for n in range(int(rest.partition("v")[0])):
            picture.putpixel((x + n, y), 0)
    target = io.BytesIO()
    picture.resize((side * 8, side * 8), Image.Resampling.NEAREST).save(target, "PNG")
    return read(target.getvalue())


def test_the_page_shows_name_number_code_and_short_code(client, walker):
    page = client.get("/my/code")
    for words in ("王德福", "体验组 8 km", "A 0001", format_short_code(walker.issued.short_code)):
        assert words in page.main
    assert drawn(page) == walker.issued.text
    assert page.soup.select_one(".x-pass").has_attr("data-wake")


def test_full_screen_it_is_white_and_alone(client, walker):
    page = client.get(f"/my/code/{walker.person_id}")
    assert page.soup.body["class"] == ["x-bare", "x-white"]
    assert not page.soup.select("nav")
    assert drawn(page) == walker.issued.text


def test_the_picture_for_the_album_reads(client, walker):
    answer = client.get(f"/my/code/{walker.person_id}.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert read(answer.data) == walker.issued.text
    assert "王德福" not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_the_picture_is_not_sent_twice(client, walker):
    tag = client.get(f"/my/code/{walker.person_id}.png").headers["ETag"]
    again = client.get(f"/my/code/{walker.person_id}.png", status=304, headers={"If-None-Match": tag})
    assert again.data == b""


def test_the_code_verifies_with_the_public_key(client, walker):
    facts = verify_pass(drawn(client.get("/my/code")), signing.keys().public())
    assert not isinstance(facts, PassFault)
    assert facts.generation == 0


def test_a_new_code_ends_the_old_one(client, walker):
    page = client.get(f"/my/code/{walker.person_id}/new")
    assert page.h1 == "给王德福换一个新码？"
    db.session.rollback()
    assert db.session.execute(select(PassIssue.revoked_at)).scalars().all() == [None]
    page = client.submit({})
    assert page.flash == ["已换新码，旧码不能再用。"]
    assert drawn(page) != walker.issued.text
    assert parse_short_code(page.soup.select_one(".x-pass__short b").get_text()) != walker.issued.short_code
    db.session.rollback()
    ended = db.session.execute(select(PassIssue.revoked_at).order_by(PassIssue.generation)).scalars()
    assert [one is None for one in ended] == [False, True]


def test_live_activities_hear_of_a_new_code_and_past_ones_do_not(client, walker, clock):
    past = activities.station(starts_at=clock.now)
    clock.shift(hours=11)
    registrations.registered(past, people.raw_person())
    client.post(f"/my/code/{walker.person_id}/new")
    db.session.rollback()
    told = db.session.execute(select(Outbox.payload).where(Outbox.job == "pass_revoked", Outbox.scope_id.is_not(None)))
    assert [row.payload for row in told] == [{"person_id": str(walker.person_id)}]


def test_the_family_is_switched_by_name(client, walker, ctx):
    holder = sessions.citizen(client)
    station = activities.station()
    people_of = [registrations.registered(station, people.raw_person(name=name)) for name in ("张玉兰", "王一诺")]
    for outcome in people_of:
        tie(holder.id, outcome.person_id, relation=Relation.OTHER)
    page = client.get(f"/my/code?person={people_of[1].person_id}")
    assert page.soup.select_one(".x-chip[aria-current=page]").get_text() == "王一诺"
    assert drawn(page) == people_of[1].issued.text


def test_whoever_has_no_code_can_have_one_made(client, ctx):
    holder = sessions.citizen(client)
    person_id = people.person(name="王德福")
    tie(holder.id, person_id)
    assert "王德福还没有码" in client.get("/my/code").main
    page = client.submit({})
    assert verify_pass(drawn(page), signing.keys().public())
    again = client.post(f"/my/code/{person_id}/make")
    assert drawn(again) == drawn(page)


def test_without_anybody_on_the_list_the_way_is_shown(client, ctx):
    sessions.citizen(client)
    page = client.get("/my/code")
    assert "还没有码" in page.main
    assert "/my/family/add" in page.links


@pytest.mark.parametrize("path", ["", ".png", "/new"])
def test_unproven_and_strangers_are_like_nobody(client, ctx, path):
    people.notice()
    station = activities.station()
    unproven, stranger = registrations.registered(station), registrations.registered(station)
    tie(sessions.citizen(client).id, unproven.person_id, ProofLevel.TYPED)
    answers = {
        client.get(f"/my/code/{person_id}{path}", status=404).main
        for person_id in (unproven.person_id, stranger.person_id, uuid.UUID(int=1))
    }
    assert len(answers) == 1
    client.get(f"/my/code?person={stranger.person_id}", status=404)
    for path_of_change in ("make", "new"):
        client.post(f"/my/code/{unproven.person_id}/{path_of_change}", status=404)


def test_without_a_sign_in_there_is_no_code(client, walker):
    other = client.another()
    assert other.get("/my/code", status=302).location == "/login?next=/my/code"
    assert other.get(f"/my/code/{walker.person_id}.png", status=302).location.startswith("/login")


def test_after_the_walk_no_number_stands_there(client, walker, clock):
    clock.shift(days=4)
    page = client.get("/my/code")
    assert "A 0001" not in page.main
    assert drawn(page) == walker.issued.text
