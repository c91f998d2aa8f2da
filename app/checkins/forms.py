"""What the coordinator fills in about devices."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from app.core.text import N_
from app.web.forms import Between
from app.web.texts import lazy


class JoinForm(FlaskForm):
    """A QR for phones: which checkpoint, how many phones."""

    checkpoint = SelectField(lazy(N_("签到点")), validate_choice=True)
    uses = IntegerField(
        lazy(N_("手机台数")),
        default=5,
        validators=[
            InputRequired(lazy(N_("请填几台手机。"))),
            Between(1, 200, lazy(N_("手机台数请填 1 到 200。"))),
        ],
    )


class DeviceForm(FlaskForm):
    """A scan gun or other device that needs a token."""

    name = StringField(
        lazy(N_("名称")),
        validators=[
            InputRequired(lazy(N_("请填名称。"))),
            Length(max=30, message=lazy(N_("名称最多 30 个字。"))),
        ],
    )
