"""What a reader asks to see of the history."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sscp.pages import Day

from ..history import Chosen, Kind
from ..models import Meeting, Plan, Post, Workstream


class Meetings(forms.ModelChoiceField):
    """A meeting, named by its day first: that is how people remember it."""

    def label_from_instance(self, meeting: Any) -> str:
        return f"{meeting.held_on:%-d %B %Y}, {meeting.group}"


class Workstreams(forms.ModelChoiceField):
    """A workstream; of several plans, each with the plan that it is of."""

    says_plan = False

    def label_from_instance(self, workstream: Any) -> str:
        return f"{workstream.plan}: {workstream}" if self.says_plan else str(workstream)


class HistoryForm(forms.Form):
    """Filters of the history, in its address. Nothing filled in leaves nothing out."""

    use_required_attribute = False

    kind = forms.ChoiceField(label="What", choices=[("", "Everything"), *Kind.choices], required=False)
    workstream = Workstreams(
        Workstream.objects.select_related("plan"), required=False, empty_label="All", label="Workstream"
    )
    post = forms.ModelChoiceField(
        Post.objects.order_by("title"), required=False, empty_label="Any", label="Post"
    )
    meeting = Meetings(
        Meeting.objects.select_related("group").order_by("-held_on"),
        required=False,
        empty_label="Any",
        label="Meeting",
    )
    # A browser's own date field would drop from the address what it does not understand.
    since = Day(label="From, as in 18/7/2023", required=False, widget=forms.TextInput)
    until = Day(label="Up to and with", required=False, widget=forms.TextInput)
    measure = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plans: Sequence[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workstream: Any = self.fields["workstream"]
        workstream.queryset = workstream.queryset.filter(plan__in=plans)
        workstream.says_plan = len(plans) > 1
        if len(words := {plan.workstream_word for plan in plans}) == 1:
            workstream.label = words.pop()
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"Choose “{field.label}” from its list."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "The last day is before the first. Give a later one.")
        return data

    @property
    def chosen(self) -> Chosen:
        """What was asked for; only of a form that is valid."""
        data = self.cleaned_data
        return Chosen(
            kind=data["kind"],
            workstream=data["workstream"] and data["workstream"].pk,
            post=data["post"] and data["post"].pk,
            meeting=data["meeting"] and data["meeting"].pk,
            measure=data["measure"],
            since=data["since"],
            until=data["until"],
        )
