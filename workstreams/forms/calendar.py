"""The calendar: a meeting planned, a decision between meetings begun, a meeting cancelled."""

from collections.abc import Iterable
from typing import Any

from django import forms

from sscp.pages import Day, Form, Words

from ..models import Group
from ..vocabulary import MeetingKind
from .meetings import BeginForm


class OfAGroup(forms.Form):
    """Which group meets: asked where more than one decides a plan."""

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        if len(self.groups) > 1:
            field = forms.ChoiceField(
                label="Which group meets?",
                choices=[(pk, group.name) for pk, group in self.groups.items()],
                error_messages={"invalid_choice": "Choose a group that decides a plan."},
            )
            self.fields = {"group": field} | self.fields

    @property
    def group(self) -> Group:
        return self.groups[self.cleaned_data.get("group") or next(iter(self.groups))]


class PlanMeetingForm(OfAGroup, Form):
    """The day of the next meeting, its kind, and the last day for updates."""

    kind = forms.ChoiceField(
        label="Which kind?",
        choices=[
            (MeetingKind.REGULAR.value, "Regular: asks every post for its updates"),
            (MeetingKind.EXTRAORDINARY.value, "Extraordinary: decides what cannot wait, and asks nobody"),
        ],
        widget=forms.RadioSelect,
        initial=MeetingKind.REGULAR.value,
        error_messages={"invalid_choice": "Choose a regular or an extraordinary meeting."},
    )
    held_on = Day(label="Day of the meeting")
    papers_close_on = Day(
        label="Last day for updates",
        help_text="Updates close at 5pm. An extraordinary meeting needs none.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("papers_close_on") is None and "papers_close_on" not in self.errors:
            if cleaned.get("kind") == MeetingKind.EXTRAORDINARY:
                cleaned["papers_close_on"] = cleaned.get("held_on")
            else:
                self.add_error("papers_close_on", "Fill in “Last day for updates”")
        return cleaned


class BetweenMeetingsForm(OfAGroup, BeginForm):
    """Who takes part in a decision between meetings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["present"]
        field.label = "Who takes part?"
        field.help_text = "Tick each post that agrees by e-mail or call, by its holder or a deputy."


class CancelForm(Form):
    """Why a meeting is not held."""

    because = Words(
        label="Why is it cancelled?",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why the meeting is cancelled."},
    )
