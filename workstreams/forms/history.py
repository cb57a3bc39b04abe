"""What a reader asks to see of the history."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sscp.pages import Day

from .. import history
from ..history import Chosen, Kind
from ..models import Group, Meeting, Plan, Post, User, Workstream


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
    RARER = ("plan", "reference", "group", "post", "person")  # folded away until one of them is used

    kind = forms.ChoiceField(label="What", choices=[("", "Everything"), *Kind.choices], required=False)
    workstream = Workstreams(
        Workstream.objects.select_related("plan"), required=False, empty_label="All", label="Workstream"
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
    plan = forms.ModelChoiceField(
        Plan.objects.none(), to_field_name="ref", required=False, empty_label="All", label="Plan"
    )
    reference = forms.CharField(label="Reference, as in 4.1", max_length=20, required=False)
    group = forms.ModelChoiceField(
        Group.objects.order_by("name"), required=False, empty_label="Any", label="Group that acted"
    )
    post = forms.ModelChoiceField(
        Post.objects.order_by("title"), required=False, empty_label="Any", label="Post that acted"
    )
    person = forms.ModelChoiceField(
        User.objects.order_by("name", "email"),
        required=False,
        empty_label="Anybody",
        label="Person who acted",
    )
    measure = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plans: Sequence[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = plans
        workstream: Any = self.fields["workstream"]
        workstream.queryset = workstream.queryset.filter(plan__in=plans)
        workstream.says_plan = len(plans) > 1
        if len(words := {plan.workstream_word for plan in plans}) == 1:
            workstream.label = words.pop()
        plan: Any = self.fields["plan"]
        plan.queryset = Plan.objects.filter(pk__in=[plan.pk for plan in plans]).in_order()
        if len(plans) < 2:
            del self.fields["plan"]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"Choose “{field.label}” from its list."

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        in_sight = [plan.pk for plan in self.plans]
        if reference and not history.called(reference).filter(after__plan_id__in=in_sight).exists():
            raise forms.ValidationError("No outcome has or had this reference. Look for it in the plan.")
        return reference

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", "The last day is before the first. Give a later one.")
        return data

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*self.RARER, "measure")]

    @property
    def rarer(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in self.RARER]

    @property
    def uses_rarer(self) -> bool:
        return any(field.data or field.errors for field in self.rarer)

    @property
    def filters(self) -> bool:
        """Whether anything is left out."""
        return any(self[name].data for name in self.fields)

    @property
    def chosen(self) -> Chosen:
        """What was asked for; only of a form that is valid."""
        data = self.cleaned_data
        things = ("plan", "workstream", "group", "post", "person", "meeting")
        return Chosen(
            kind=data["kind"],
            reference=data["reference"],
            measure=data["measure"],
            since=data["since"],
            until=data["until"],
            **{name: thing.pk for name in things if (thing := data.get(name))},
        )
