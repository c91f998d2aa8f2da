"""What people type to sign in, and what the office types about accounts."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.constants import GRANTABLE, TokenScope
from app.accounts.rules.passwords import LONGEST
from app.core.text import N_
from app.web.texts import lazy


def _needed(message: str) -> InputRequired:
    return InputRequired(message=lazy(message))


def _at_most(number: int) -> Length:
    return Length(max=number, message=lazy(N_("太长了，请缩短。")))


class PhoneForm(FlaskForm):
    """Step one of a citizen: where the code goes."""

    phone = StringField(lazy(N_("手机号")), validators=[_needed(N_("请填手机号。")), _at_most(30)])


class CodeForm(FlaskForm):
    """Step two: the code."""

    code = StringField(lazy(N_("验证码")), validators=[_needed(N_("请填短信里的 6 位数字。")), _at_most(20)])


class StaffLoginForm(FlaskForm):
    """Name and password."""

    login_name = StringField(lazy(N_("登录名")), validators=[_needed(N_("请填登录名。")), _at_most(60)])
    password = PasswordField(lazy(N_("密码")), validators=[_needed(N_("请填密码。")), _at_most(LONGEST)])


class PasswordForm(FlaskForm):
    """A new password, typed twice: nobody can read the dots."""

    current = PasswordField(lazy(N_("现在的密码")), validators=[_needed(N_("请填现在的密码。")), _at_most(LONGEST)])
    new = PasswordField(lazy(N_("新密码")), validators=[_needed(N_("请填新密码。")), _at_most(LONGEST)])
    again = PasswordField(lazy(N_("再填一次新密码")), validators=[_needed(N_("请再填一次。")), _at_most(LONGEST)])


class StaffForm(FlaskForm):
    """A new member of staff."""

    login_name = StringField(
        lazy(N_("登录名")),
        description=lazy(N_("2—40 个字母、数字或汉字，一人一个")),
        validators=[_needed(N_("请填登录名。")), _at_most(60)],
    )
    display_name = StringField(
        lazy(N_("姓名")),
        description=lazy(N_("显示在操作记录里")),
        validators=[_needed(N_("请填姓名。")), _at_most(60)],
    )


class RoleForm(FlaskForm):
    """A role to grant. `scope` gets its choices from the rooms that own seasons, activities, units."""

    role = SelectField(
        lazy(N_("角色")),
        choices=[
            SelectChoice("", lazy(N_("选一个角色"))),
            *(SelectChoice(role.value, lazy(role.label)) for role in GRANTABLE),
        ],
        validators=[_needed(N_("请选角色。"))],
    )
    scope = SelectField(lazy(N_("范围")), validators=[_needed(N_("请选范围。"))])
    until = DateField(
        lazy(N_("到哪天为止")),
        description=lazy(N_("留空就一直有效")),
        validators=[Optional()],
    )


class KeyForm(FlaskForm):
    """A key for other software."""

    label = StringField(
        lazy(N_("用在哪里")),
        description=lazy(N_("如：市体育局计时系统")),
        validators=[_needed(N_("请写明用在哪里。")), _at_most(120)],
    )
    scope = RadioField(
        lazy(N_("能做什么")),
        choices=[SelectChoice(scope.value, lazy(scope.label)) for scope in TokenScope],
        validators=[_needed(N_("请选一项。"))],
    )
