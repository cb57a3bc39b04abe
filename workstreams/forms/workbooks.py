"""Handing in a workbook with answers, and what becomes of each of its rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from sscp.pages import UNKEEPABLE, Form, InlineRadios, Words

from ..intake.differences import Difference, Kind, Where
from ..models import Post
from ..vocabulary import NO_CHANGE, WORDS_LIMIT, short_name
from .figures import FiguresForm

AS_IT_SAYS = ""
NO_CHANGE_CODE = "no-change"
LEAVE = "leave"
SAID = ("words", "recovery_plan", "risk_note", "evidence", "evidence_held", "because")


class WorkbookForm(Form):
    """A workbook that was filled in, and whose it is where it no longer says so."""

    file = forms.FileField(
        label="Choose the workbook",
        help_text="The .xlsx file that was filled in. It is shown row by row before anything is sent.",
        error_messages={
            "required": "Choose the workbook that was filled in.",
            "empty": "This file is empty.",
        },
    )

    def __init__(self, *args: Any, posts: Iterable[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        if len(self.posts) > 1:
            self.fields["post"] = forms.ChoiceField(
                label="Whose workbook is it?",
                help_text="Needed only where the workbook has lost what it says of this.",
                choices=[
                    (AS_IT_SAYS, "As the workbook says"),
                    *((pk, p.title) for pk, p in self.posts.items()),
                ],
                required=False,
                widget=forms.Select,
            )

    @property
    def post(self) -> Post | None:
        """The one that was named, or the only one that this person answers for."""
        if "post" not in self.fields:
            return next(iter(self.posts.values()), None)
        return self.posts.get(self.cleaned_data.get("post", ""))


class AnswerForm(FiguresForm):
    """One row of the workbook: whether it is sent, and its words, which may be changed first.

    `seen` names, for each measure that the row may speak of, the rating that stood when the page was made.
    """

    words = Words(label="What is happening?", max_length=WORDS_LIMIT, rows=4, required=False)
    recovery_plan = Words(label="Plan to recover", max_length=WORDS_LIMIT, rows=3, required=False)
    risk_note = Words(label="Risk", max_length=WORDS_LIMIT, rows=3, required=False)
    evidence = Words(label="Evidence", max_length=WORDS_LIMIT, rows=2, required=False)
    evidence_held = forms.CharField(label="Where the evidence is held", max_length=500, required=False)
    because = Words(label="Why it is complete already", max_length=WORDS_LIMIT, rows=2, required=False)

    def __init__(
        self, data: Any = None, *, difference: Difference, kept: dict[str, Any], **kwargs: Any
    ) -> None:
        """`kept` is what was typed on the page before, and not sent."""
        self.difference = difference
        typed = kept.get("typed", {})
        super().__init__(
            data, prefix=f"row-{difference.row.number}", initial=_initial(difference) | typed, **kwargs
        )
        del self.fields["request_id"]  # the page has one for all its rows
        self.fields["seen"] = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
        key = difference.where.picture.key if difference.where else ()
        levels = [
            ("", "Choose a rating"),
            *((level.code, level.word) for level in key),
            (NO_CHANGE_CODE, NO_CHANGE),
        ]
        self.fields = {
            "choice": forms.ChoiceField(
                label="What becomes of it?",
                choices=_choices(difference),
                widget=InlineRadios,
                required=False,
            ),
            "level": forms.ChoiceField(label="Rating", choices=levels, required=False),
        } | self.fields
        tokens = {level.token for level in key}
        for token, name in (("AMBER", "recovery_plan"), ("RED", "risk_note")):
            if token not in tokens and not self.initial.get(name):
                del self.fields[name]
        self.add_rows(
            typed.get("rows")
            or [
                {"name": f.name, "number": f.number, "out_of": f.out_of, "unit": f.unit}
                for f in difference.row.figures
            ],
            blank=0,
        )
        self.refused: dict[str, str] = {} if self.is_bound else kept.get("refused", {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.chosen is not None:
            if not cleaned.get("level") and "level" not in self.errors:
                self.add_error("level", "Choose the rating that fits now.")
            self.clean_rows()
        return cleaned

    @property
    def chosen(self) -> int | None:
        """The measure for which the row is to be sent; None where it is not."""
        _, _, measure = self.cleaned_data.get("choice", "").partition("send-")
        return int(measure) if measure else None

    @property
    def plan_id(self) -> int:
        """The plan of the chosen measure."""
        return next(
            where.picture.plan_id for where in self.difference.meant if where.measure.id == self.chosen
        )

    @property
    def answered(self) -> int | None:
        """The rating that stood for the chosen measure when the page was made."""
        pairs = dict(pair.split(":", 1) for pair in self.cleaned_data["seen"].split() if ":" in pair)
        latest = pairs.get(str(self.chosen), "")
        return int(latest) if latest.isdecimal() and len(latest) < 19 else None

    @property
    def is_no_change(self) -> bool:
        return bool(self.cleaned_data.get("level") == NO_CHANGE_CODE)

    @property
    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SAID if name in self.cleaned_data}

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed whether or not it is valid: nothing is lost."""
        typed = {name: self[name].value() or "" for name in ("choice", "level", *SAID) if name in self.fields}
        rows = [_kept(row) for row in self.typed_rows]
        return _kept(typed) | {"rows": rows}

    @property
    def needed(self) -> list[BoundField]:
        """The fields that hold something, and those that its level asks for."""
        return [field for field in self._texts if self._is_needed(field)]

    @property
    def further(self) -> list[BoundField]:
        """The fields that may stay empty."""
        return [field for field in self._texts if not self._is_needed(field)]

    @property
    def _texts(self) -> list[BoundField]:
        return [self[name] for name in SAID if name in self.fields]

    def _is_needed(self, field: BoundField) -> bool:
        name = field.name
        asked = name == "words" or name in self.difference.missing or name in self.refused
        return bool(asked or field.value() or field.errors)

    def as_it_stands(self) -> None:
        """What was sent, to be sent again: it answers what stands now."""
        self.renew(seen=_seen(self.difference))

    @property
    def is_open(self) -> bool:
        """Its words are shown for changing: something has to be said first."""
        return bool(
            self.errors or self.refused or self.difference.kind is Kind.FAULTY or self.difference.missing
        )

    @property
    def asks(self) -> list[str]:
        """The sentences of what it still has to say."""
        return (
            [*self.difference.missing.values()]
            if not (self.errors or self.refused)
            else [*self.refused.values()]
        )


def _kept(typed: Mapping[str, str]) -> dict[str, Any]:
    """Without what no table holds."""
    return {name: UNKEEPABLE.sub("", text) for name, text in typed.items()}


def _choices(difference: Difference) -> list[tuple[str, str]]:
    meant = difference.meant
    match difference.kind:
        case Kind.CONFLICT:
            return [*((_send(w), "Send mine as a newer update") for w in meant), (LEAVE, "Keep what stands")]
        case Kind.ASK:
            return [*((_send(w), f"Send it for {_named(w)}") for w in meant), (LEAVE, "Leave it out")]
    return [*((_send(w), "Send") for w in meant), (LEAVE, "Leave out")]


def _seen(difference: Difference) -> str:
    return " ".join(f"{w.measure.id}:{w.measure.latest_id or ''}" for w in difference.meant)


def _named(where: Where) -> str:
    return f"{where.placed.ref} {short_name(where.placed.text)}"


def _send(where: Where) -> str:
    return f"send-{where.measure.id}"


def _initial(difference: Difference) -> dict[str, Any]:
    row, where = difference.row, difference.where
    level = NO_CHANGE_CODE if difference.is_no_change else difference.level.code if difference.level else ""
    return row.said | {
        "level": level,
        "choice": _send(where) if where and difference.kind is Kind.SEND else "",
        "seen": _seen(difference),
    }
