"""Seeds, the drawing of lots, a draw on paper."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from app.activities.forms.fields import RuledForm, TrimmedField, WholeNumberField, shown
from app.activities.rules.drafts import Problem, check_text
from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.web.texts import lazy


class OneOfSeveral(RuledForm):
    """A form that shares its page with others: the names of its inputs begin with its prefix."""

    def refuse(self, error: DomainError) -> None:
        """Put a refusal beside the input that it names without the prefix."""
        if error.field and not error.field.startswith(self._prefix):
            error.field = f"{self._prefix}{error.field}"
        super().refuse(error)


class DrawForm(OneOfSeveral):
    """What is written down of a draw; `reason` when it is not the first."""

    seed = TrimmedField(
        lazy(N_("种子")), description=lazy(N_("公开的、事先没人知道的字，例如当晚福彩开奖号；不填由系统随机取"))
    )
    witnesses = TrimmedField(lazy(N_("见证人")), description=lazy(N_("例如各队领队、纪检人员")))
    reason = TrimmedField(lazy(N_("重抽的原因")))

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return [
            *check_text("seed", self.seed.data or "", 200),
            *check_text("witnesses", self.witnesses.data or "", 200),
            *check_text("reason", self.reason.data or "", 500),
        ]


class _EachForm(OneOfSeveral):
    """A form with one input for each entry, which bears the entry's id."""

    ids: tuple[uuid.UUID, ...] = ()

    def inputs(self) -> list[Any]:
        """The inputs in the order of the entries."""
        return [self[str(one)] for one in self.ids]


class SeedsForm(_EachForm):
    """A seed for each entry, or none."""

    @property
    def seeds(self) -> dict[uuid.UUID, int]:
        """The seeds that are given."""
        return {one: self[str(one)].data for one in self.ids if self[str(one)].data is not None}


class PaperForm(_EachForm):
    """What was drawn on paper."""

    witnesses = TrimmedField(lazy(N_("见证人")), description=lazy(N_("例如各队领队、纪检人员")))
    reason = TrimmedField(lazy(N_("重抽的原因")))

    @property
    def typed(self) -> dict[uuid.UUID, str]:
        """What stands beside each entry."""
        return {one: fold_width(self[str(one)].data or "") for one in self.ids}

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return [
            *check_text("witnesses", self.witnesses.data or "", 200),
            *check_text("reason", self.reason.data or "", 500),
        ]


def seeds_form(entries: Sequence[tuple[uuid.UUID, str, int | None]], *args: Any, **kwargs: Any) -> SeedsForm:
    """The form of the seeds of these entries: id, label, seed so far."""
    fields = {str(one): WholeNumberField(shown(label), optional=True) for one, label, _ in entries}
    made: type[SeedsForm] = type("SeedsForm", (SeedsForm,), {**fields, "ids": tuple(one for one, _, _ in entries)})
    return made(*args, data={str(one): seed for one, _, seed in entries}, **kwargs)


def paper_form(entries: Sequence[tuple[uuid.UUID, str, int | None]], *args: Any, **kwargs: Any) -> PaperForm:
    """The form of a draw on paper of these entries."""
    fields = {str(one): TrimmedField(shown(label)) for one, label, _ in entries}
    made: type[PaperForm] = type("PaperForm", (PaperForm,), {**fields, "ids": tuple(one for one, _, _ in entries)})
    return made(*args, **kwargs)
