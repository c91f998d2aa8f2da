"""The tree of places and units."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import NIL
from app.people.constants import OrganisationKind
from app.people.models import Organisation, PrivacyNotice
from app.people.queries.notices import current_notice
from app.people.queries.organisations import names_of, towns, units
from app.people.services.organisations import DISTRICTS, TOWNS, create_unit, seed_places

TEN = ["山城街道", "店子镇", "西集镇", "桑村镇", "北庄镇", "城头镇", "徐庄镇", "水泉镇", "冯卯镇", "凫城镇"]


def test_the_seed_has_ten_towns_six_districts_and_the_rest(ctx):
    assert seed_places(actor=SYSTEM) == 17
    found = towns()
    assert [place.name for place in found[:10]] == TEN
    assert [place.code for place in found[:10]] == ["370406001", *(f"37040610{n}" for n in range(1, 10))]
    assert {place.group for place in found[:10]} == {"山亭区"}
    assert [place.name for place in found[10:]] == ["市中区", "薛城区", "峄城区", "台儿庄区", "滕州市", "区外"]


def test_the_home_district_is_in_the_tree_though_nobody_chooses_it(ctx):
    seed_places(actor=SYSTEM)
    home = db.session.execute(select(Organisation).where(Organisation.code == "370406")).scalar_one()
    assert home.name == "山亭区"
    assert "山亭区" not in [place.name for place in towns()]
    assert len(DISTRICTS) == 6
    assert len(TOWNS) == 10


def test_seeding_again_changes_nothing(ctx):
    seed_places(actor=SYSTEM)
    assert seed_places(actor=SYSTEM) == 0
    entries = db.session.execute(
        select(AuditEntry).where(AuditEntry.action == "organisation.seeded", AuditEntry.scope_id == NIL)
    ).all()
    assert len(entries) == 1


def test_what_is_missing_is_made_and_what_was_renamed_stays(ctx):
    seed_places(actor=SYSTEM)
    rename()
    assert seed_places(actor=SYSTEM) == 1
    assert {"徐庄镇（新）", "凫城镇"} <= {place.name for place in towns()}


def rename():
    from app.core.transactions import act

    @act
    def change() -> None:
        for code, name in (("370406106", "徐庄镇（新）"), ("370406109", None)):
            row = db.session.execute(select(Organisation).where(Organisation.code == code)).scalar_one()
            if name is None:
                db.session.delete(row)
            else:
                row.name = name

    change()


def test_the_command_seeds_and_publishes_once(runner, ctx, app):
    first, second = (runner.invoke(args=["people", "seed"]) for _ in range(2))
    assert first.output == "places: 17 new; privacy notice: version 1\n"
    assert second.output == "places: 0 new; privacy notice: version 1\n"
    notice = current_notice()
    assert notice is not None
    for words in (app.config["OFFICE_NAME"], app.config["OFFICE_PHONE"], "保存多久", "您的权利", "未满14岁"):
        assert words in notice.text
    assert "{" not in notice.text
    assert len(db.session.execute(select(PrivacyNotice)).all()) == 1


# --------------------------------------------------------------------------- units


def test_units_stand_below_a_place(ctx):
    seed_places(actor=SYSTEM)
    town = next(place for place in towns() if place.name == "徐庄镇")
    school = create_unit(name=" 徐庄镇  中心小学 ", kind=OrganisationKind.SCHOOL, parent_id=town.id, actor=SYSTEM)
    (unit,) = units()
    assert (unit.id, unit.name, unit.kind, unit.parent) == (
        school,
        "徐庄镇 中心小学",
        OrganisationKind.SCHOOL,
        "徐庄镇",
    )
    assert names_of([school, town.id]) == {school: "徐庄镇 中心小学", town.id: "徐庄镇"}
    assert school not in {place.id for place in towns()}


def test_the_same_name_below_the_same_parent_is_refused(ctx):
    create_unit(name="晨跑队", kind=OrganisationKind.CLUB, actor=SYSTEM)
    with pytest.raises(Conflict) as refused:
        create_unit(name="晨 跑队", kind=OrganisationKind.CLUB, actor=SYSTEM)
    assert refused.value.code == "organisation_exists"
    seed_places(actor=SYSTEM)
    assert create_unit(name="晨跑队", kind=OrganisationKind.CLUB, parent_id=towns()[0].id, actor=SYSTEM)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "长" * 81}, "name_too_long"),
        ({"kind": OrganisationKind.TOWN}, "kind_unknown"),
        ({"parent_id": NIL}, "parent_not_found"),
    ],
)
def test_what_cannot_be_a_unit_is_refused(ctx, change, code):
    given = {"name": "晨跑队", "kind": OrganisationKind.CLUB, "actor": SYSTEM} | change
    with pytest.raises((DomainError, NotFound)) as refused:
        create_unit(**given)
    assert refused.value.code == code
    assert units() == []


def test_a_code_that_is_taken_is_refused(ctx):
    seed_places(actor=SYSTEM)
    with pytest.raises(Conflict):
        create_unit(name="晨跑队", kind=OrganisationKind.CLUB, code="370406106", actor=SYSTEM)


def test_no_names_without_ids(ctx, statements):
    with statements() as seen:
        assert names_of([]) == {}
    assert len(seen) == 0
