"""What an officer says of a measure: an update, or that nothing changed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from sscp.pages import Form, RatingField, Words

from ..models import Post
from ..picture import Level, Measure, is_rated
from ..vocabulary import WORDS_LIMIT, Token
from .figures import FiguresForm, Row

# The fields of an update that a draft keeps and a conflict carries on.
SAID = ("level", "words", "recovery_plan", "risk_note", "evidence", "evidence_held", "because", "received")


class UpdateForm(FiguresForm):
    """A proposed rating with what its level asks for, and the figures behind it.

    What a level needs is the operation's rule; the hints say it beforehand, so that nothing depends on scripts.
    `draft` names the window that kept the draft which the form was filled from.
    """

    draft = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    words = Words(
        label="What is happening?",
        help_text="Two or three sentences. The Executive reads this first.",
        max_length=WORDS_LIMIT,
        required=False,
    )
    recovery_plan = Words(label="Plan to recover", max_length=WORDS_LIMIT, rows=3, required=False)
    risk_note = Words(label="Risk", max_length=WORDS_LIMIT, rows=3, required=False)
    evidence = Words(label="Evidence", max_length=WORDS_LIMIT, rows=2, required=False)
    evidence_held = forms.CharField(
        label="Where the evidence is held",
        help_text="A link or a place, for example “Business Unit shared folder, Training”.",
        max_length=500,
        required=False,
    )
    because = Words(label="Why it is complete already", max_length=WORDS_LIMIT, rows=2, required=False)

    def __init__(
        self,
        *args: Any,
        key: Iterable[Level],
        measure: Measure,
        posts: Iterable[Post] = (),
        on_behalf: bool = False,
        rows: Iterable[Row] = (),
        more_rows: int = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        levels = list(key)
        word = "rating" if is_rated(levels) else "status"
        self.posts = {str(post.pk): post for post in posts}
        words = {level.token: level.word for level in levels}
        complete = next((level.word for level in levels if level.is_complete), "complete")
        self.fields = {
            "level": RatingField(label=f"Which {word} fits now?", levels=levels[::-1], required=False)
        } | self.fields
        self.fields[
            "recovery_plan"
        ].help_text = f"Needed for {words.get(Token.AMBER, '')}: what will be done, by whom and by when."
        self.fields[
            "risk_note"
        ].help_text = (
            f"Needed for {words.get(Token.RED, '')}: what is at risk, and what you ask of the Executive."
        )
        self.fields["evidence"].help_text = (
            f"Needed for {complete} on a milestone: what shows that it is done."
            if measure.milestone
            else f"Welcome with {complete}: what shows that it is done."
        )
        if Token.AMBER not in words:
            del self.fields["recovery_plan"]
        if Token.RED not in words:
            del self.fields["risk_note"]
        if measure.future or measure.waits_on:
            self.fields["because"].help_text = (
                f"Needed for {complete}, because this is a Future measure."
                if measure.future
                else f"Needed for {complete}, because a lower milestone is still open."
            )
        else:
            del self.fields["because"]
        if on_behalf:
            self.fields["received"] = forms.CharField(
                label="How you received it",
                help_text="For example “by phone, 14 September”. It is kept with the update.",
                max_length=200,
                required=False,
            )
        if len(self.posts) > 1 or on_behalf:
            self.fields["post"] = post_field(self.posts, on_behalf)
        self.add_rows(rows, more_rows)
        self.on_behalf = on_behalf
        self.word = word
        self.codes = {level.code for level in levels}
        self.complete_token = next((level.token.lower() for level in levels if level.is_complete), "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.on_behalf and not cleaned.get("received") and "received" not in self.errors:
            self.add_error(
                "received", "Say how you received this update, for example “by phone, 14 September”."
            )
        if not cleaned.get("level") and "level" not in self.errors:
            self.add_error("level", f"Choose the {self.word} that fits now.")
        self.clean_rows()
        return cleaned

    @property
    def said(self) -> dict[str, str]:
        """What was typed, for the operation, a draft or another try."""
        return {name: self.cleaned_data[name] for name in SAID if name in self.cleaned_data}

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed whether or not it is valid: nothing is lost."""
        typed = {name: value for name in SAID if name in self.fields and (value := self[name].value())}
        if typed.get("level") not in self.codes:
            typed.pop("level", None)
        return typed | ({"rows": self.typed_rows} if self.typed_rows else {})

    def renew(self, *, seen: object = None) -> None:
        """Also: the drafts that this window kept until now stay its own."""
        window = self["request_id"].value()
        super().renew(seen=seen)
        if isinstance(self.data, QueryDict):
            data = self.data.copy()
            data["draft"] = str(window)
            self.data = data


def post_field(posts: dict[str, Post], on_behalf: bool) -> forms.ChoiceField:
    """In which post somebody speaks, or for which."""
    return forms.ChoiceField(
        label="On behalf of" if on_behalf else "You act as",
        choices=[(pk, post.title) for pk, post in posts.items()],
        initial=next(iter(posts), None),
        widget=forms.Select,
    )


class NoChangeForm(Form):
    """Nothing changed, or: take that back."""

    measure = forms.IntegerField(widget=forms.HiddenInput)
