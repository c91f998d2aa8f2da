"""Documents, relations, proofs and consents."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class DocumentType(StrEnum):
    """What proves who a person is; forms by `rules.documents`."""

    RESIDENT_ID = "resident_id"
    HMT_RESIDENCE = "hmt_residence"
    HK_MACAU_PERMIT = "hk_macau_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    PERMANENT_RESIDENCE = "permanent_residence"
    PASSPORT = "passport"
    NONE = "none"

    @property
    def label(self) -> str:
        """The document's name as a msgid."""
        return {
            DocumentType.RESIDENT_ID: N_("居民身份证"),
            DocumentType.HMT_RESIDENCE: N_("港澳台居民居住证"),
            DocumentType.HK_MACAU_PERMIT: N_("港澳居民来往内地通行证"),
            DocumentType.TAIWAN_PERMIT: N_("台湾居民来往大陆通行证"),
            DocumentType.PERMANENT_RESIDENCE: N_("外国人永久居留身份证"),
            DocumentType.PASSPORT: N_("护照"),
            DocumentType.NONE: N_("没有证件"),
        }[self]


DERIVING_TYPES = frozenset({DocumentType.RESIDENT_ID, DocumentType.HMT_RESIDENCE})
"""Documents whose number always tells sex and birth date, so that a form need not ask for them.

A foreigner's card tells them since 2023; the older ones, three letters and twelve digits, do not.
"""


class OrganisationKind(StrEnum):
    """What a node of the tree is."""

    TOWN = "town"
    DISTRICT = "district"
    OUTSIDE = "outside"
    SCHOOL = "school"
    UNIT = "unit"
    CLUB = "club"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            OrganisationKind.TOWN: N_("镇街"),
            OrganisationKind.DISTRICT: N_("区（市）"),
            OrganisationKind.OUTSIDE: N_("区外"),
            OrganisationKind.SCHOOL: N_("学校"),
            OrganisationKind.UNIT: N_("单位"),
            OrganisationKind.CLUB: N_("社团俱乐部"),
        }[self]


PLACE_KINDS = (OrganisationKind.TOWN, OrganisationKind.DISTRICT, OrganisationKind.OUTSIDE)
"""Where people live, in the order in which forms offer them."""
UNIT_KINDS = (OrganisationKind.SCHOOL, OrganisationKind.UNIT, OrganisationKind.CLUB)
"""What people belong to."""


class Sex(StrEnum):
    """As the document says it."""

    MALE = "male"
    FEMALE = "female"

    @property
    def label(self) -> str:
        """The sex as a msgid."""
        return {Sex.MALE: N_("男"), Sex.FEMALE: N_("女")}[self]


class Relation(StrEnum):
    """What a person is to the one who looks after them, or a guardian to the child."""

    SELF = "self"
    CHILD = "child"
    PARENT = "parent"
    SPOUSE = "spouse"
    GRANDPARENT = "grandparent"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The relation as a msgid."""
        return {
            Relation.SELF: N_("本人"),
            Relation.CHILD: N_("子女"),
            Relation.PARENT: N_("父母"),
            Relation.SPOUSE: N_("配偶"),
            Relation.GRANDPARENT: N_("祖父母"),
            Relation.OTHER: N_("其他"),
        }[self]


GUARDIAN_RELATIONS = frozenset({Relation.PARENT, Relation.GRANDPARENT, Relation.OTHER})
"""What a guardian may be to a minor."""


class ProofLevel(StrEnum):
    """How far it is proven that an account may act for a person."""

    TYPED = "typed"
    CREATED = "created"
    PHONE_CODE = "phone_code"
    OFFICE = "office"

    @property
    def label(self) -> str:
        """The proof as a msgid."""
        return {
            ProofLevel.TYPED: N_("自己填写"),
            ProofLevel.CREATED: N_("由本账号首次登记"),
            ProofLevel.PHONE_CODE: N_("手机验证"),
            ProofLevel.OFFICE: N_("办公室核对"),
        }[self]


PROVEN = frozenset({ProofLevel.CREATED, ProofLevel.PHONE_CODE, ProofLevel.OFFICE})
"""From here a person's data and code are shown to the account."""


class ConsentKind(StrEnum):
    """One agreement each: a text, or one sensitive purpose (PIPL 29, 31)."""

    PRIVACY = "privacy"
    DOCUMENT_NUMBER = "document_number"
    HEALTH = "health"
    GUARDIAN = "guardian"
    TERMS = "terms"

    @property
    def label(self) -> str:
        """What is agreed to, as a msgid."""
        return {
            ConsentKind.PRIVACY: N_("隐私告知"),
            ConsentKind.DOCUMENT_NUMBER: N_("使用证件号"),
            ConsentKind.HEALTH: N_("使用健康声明"),
            ConsentKind.GUARDIAN: N_("监护人同意"),
            ConsentKind.TERMS: N_("参加须知"),
        }[self]


class GuardianNeed(StrEnum):
    """What a participant's age asks of a guardian (decisions: under 14, 14 to 17)."""

    NONE = "none"
    CONTACT = "contact"
    CONSENT = "consent"
