"""What the office types when lots are drawn."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import InputRequired, Optional

from app.core.text import N_
from app.people.forms import at_most
from app.registrations.forms.office import Refusing
from app.web.texts import lazy


class DrawForm(Refusing):
    """The seed, named in front of witnesses, and who they are."""

    seed = StringField(
        lazy(N_("种子")),
        description=lazy(N_("当众说定的一串字，如当天开奖号码；同样的种子抽出同样的结果")),
        validators=[InputRequired(message=lazy(N_("请填抽签用的种子。"))), at_most(200)],
    )
    witnesses = StringField(lazy(N_("见证人")), validators=[Optional(), at_most(300)])
