"""What the office types about a person, and about itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.accounts.rules.passwords import LONGEST
from app.activities.forms.fields import OfficeTimeField
from app.activities.queries import Card
from app.core.text import N_
from app.dashboards.rules.founding import Founding
from app.people.constants import DocumentType, Sex
from app.people.forms import CHOOSE, at_most, labelled, needed
from app.people.rules.reasons import CORRECTION, MERGE, PROOF
from app.registrations.forms.office import Refusing
from app.web.texts import full_day, lazy

OFFICE_NAME_MAX, OFFICE_PHONE_MAX = 40, 20


def reason_field(label: str, reasons: Mapping[str, str]) -> Any:
    """A reason to choose: the trail holds its code."""
    return RadioField(
        lazy(label),
        choices=[SelectChoice(code, lazy(words)) for code, words in reasons.items()],
        validators=[InputRequired(message=lazy(N_("请选一个原因。")))],
    )


class SearchForm(Refusing):
    """One person, by what names them exactly."""

    by = RadioField(
        lazy(N_("按什么找")),
        choices=[
            SelectChoice("document", lazy(N_("证件号"))),
            SelectChoice("phone", lazy(N_("手机号"))),
            SelectChoice("name", lazy(N_("姓名和活动"))),
        ],
        default="document",
        validators=[InputRequired(message=lazy(N_("请选按什么找。")))],
    )
    number = StringField(lazy(N_("证件号")), validators=[Optional(), at_most(40)])
    phone = StringField(lazy(N_("手机号")), validators=[Optional(), at_most(30)])
    name = StringField(lazy(N_("姓名")), validators=[Optional(), at_most(80)])
    activity = SelectField(lazy(N_("活动")), choices=[], validators=[Optional()])

    def offer(self, cards: Iterable[Card]) -> None:
        """The activities that one can name, by their codes."""
        self.activity.choices = [
            CHOOSE, *(SelectChoice(card.code, f"{card.name} {full_day(card.starts_at)} {card.code}") for card in cards)
        ]  # fmt: skip


class MergeForm(Refusing):
    """Why two entries are one person."""

    reason = reason_field(N_("为什么是同一个人"), MERGE)


class GrantForm(Refusing):
    """What the office has seen of a link."""

    reason = reason_field(N_("看过什么"), PROOF)


class IdentityForm(Refusing):
    """Who somebody is, copied anew from the document: what is stored is not shown."""

    name = StringField(lazy(N_("姓名")), validators=[needed(N_("请填姓名。")), at_most(80)])
    document_type = SelectField(
        lazy(N_("证件")), choices=labelled(DocumentType), default=DocumentType.RESIDENT_ID.value
    )
    document_number = StringField(lazy(N_("证件号")), validators=[Optional(), at_most(40)])
    sex = RadioField(lazy(N_("性别")), choices=labelled(Sex), validators=[Optional()])
    birth_date = StringField(
        lazy(N_("出生日期")), description=lazy(N_("例如 1990-03-07")), validators=[Optional(), at_most(20)]
    )
    reason = reason_field(N_("为什么更正"), CORRECTION)


class FoundingForm(Refusing):
    """The first page: the code of the console, the office, its two administrators."""

    setup_code = StringField(
        lazy(N_("设置码")),
        description=lazy(N_("服务器启动时打印，或运行 flask setup-code")),
        validators=[needed(N_("请填设置码。")), at_most(60)],
    )
    office_name = StringField(
        lazy(N_("单位名称")),
        description=lazy(N_("例如 山亭区教育和体育局，出现在每一页和证书上")),
        validators=[needed(N_("请填单位名称。")), at_most(OFFICE_NAME_MAX)],
    )
    office_phone = StringField(
        lazy(N_("服务电话")), validators=[needed(N_("请填服务电话。")), at_most(OFFICE_PHONE_MAX)]
    )
    admin_name = StringField(lazy(N_("姓名")), validators=[needed(N_("请填姓名。")), at_most(60)])
    admin_login = StringField(
        lazy(N_("登录名")),
        description=lazy(N_("2—40 个字母、数字或汉字")),
        validators=[needed(N_("请填登录名。")), at_most(60)],
    )
    password = PasswordField(lazy(N_("密码")), validators=[needed(N_("请填密码。")), at_most(LONGEST)])
    again = PasswordField(lazy(N_("再填一次密码")), validators=[needed(N_("请再填一次。")), at_most(LONGEST)])
    security_name = StringField(lazy(N_("姓名")), validators=[needed(N_("请填姓名。")), at_most(60)])
    security_login = StringField(lazy(N_("登录名")), validators=[needed(N_("请填登录名。")), at_most(60)])

    def founding(self) -> Founding:
        """What was typed."""
        return Founding(
            office_name=" ".join(self.office_name.data.split()),
            office_phone=" ".join(self.office_phone.data.split()),
            admin_login=self.admin_login.data,
            admin_name=self.admin_name.data,
            password=self.password.data,
            security_login=self.security_login.data,
            security_name=self.security_name.data,
        )


class BreachForm(Refusing):
    """Whose login was used, and when."""

    who = StringField(lazy(N_("账号、设备或密钥")), validators=[needed(N_("请填登录名或编号。")), at_most(60)])
    since = OfficeTimeField(lazy(N_("从")))
    until = OfficeTimeField(lazy(N_("到")))
