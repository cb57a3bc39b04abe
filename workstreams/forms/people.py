"""What the business unit says of people: groups, posts, spellings, who is appointed from when to when, and why."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms

from sscp.pages import Day, Form, InlineRadios, Words

from ..models import Group, Post, User
from ..vocabulary import AppointmentKind, GroupKind, PostKind

LONG_AGO = timedelta(days=366)
FAR_AHEAD = timedelta(days=2 * 366)
WHOLE = "The whole partnership"

Choices = list[tuple[str, Any]]


class ReasonForm(Form):
    """Every change of people says why; the reason stands last."""

    because = Words(
        label="Why?",
        help_text="A sentence for the history, beside this change.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why, in a sentence: it stands in the history beside this change."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "because"])


class GroupForm(ReasonForm):
    """What a group is called, what it is, and to whom it reports."""

    name = forms.CharField(label="Name", max_length=200, help_text="In full, as the plan prints it.")
    short_name = forms.CharField(
        label="Short name",
        max_length=60,
        required=False,
        help_text="Its letters or a word, for lists. It may be left empty.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    kind = forms.ChoiceField(label="Kind", choices=GroupKind.choices, widget=forms.Select)
    reports_to = forms.ChoiceField(label="Reports to", required=False, widget=forms.Select)
    starts_on = Day(label="First day", required=False, help_text="It may be left empty where nobody knows.")

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        offered = [("", "Nobody"), *((pk, group.name) for pk, group in self.groups.items())]
        self.fields["reports_to"].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What the operations ask for."""
        names = ("name", "short_name", "kind", "starts_on", "because")
        chosen = self.groups.get(self.cleaned_data["reports_to"])
        return {name: self.cleaned_data[name] for name in names} | {"reports_to": chosen}


class PostForm(ReasonForm):
    """What a post is called, what it is, and where it belongs."""

    title = forms.CharField(label="Title", max_length=200, help_text="As the plan prints it.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=PostKind.choices,
        widget=forms.Select,
        help_text="What its holder may see and do follows from it. A body stands for the Delegated Safeguarding"
        " Partners of its group.",
    )
    group = forms.ChoiceField(label="Group", required=False, widget=forms.Select)
    organisation = forms.CharField(
        label="Organisation",
        max_length=120,
        required=False,
        help_text="Whose post it is: the council, the police, the health service. It may be left empty.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, groups: Iterable[Group], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        offered = [("", WHOLE), *((pk, group.name) for pk, group in self.groups.items())]
        self.fields["group"].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What the operations ask for."""
        names = ("title", "kind", "organisation", "because")
        chosen = self.groups.get(self.cleaned_data["group"])
        return {name: self.cleaned_data[name] for name in names} | {"group": chosen}


class SpellingForm(ReasonForm):
    """Another way in which documents print a post."""

    spelling = forms.CharField(
        label="Spelling",
        max_length=200,
        help_text="As the document has it. Capitals, apostrophes, dashes, “the”, and “&” for “and” make no difference.",
    )


class LastDayForm(ReasonForm):
    """The last day of a group, a post or an appointment."""

    ends_on = Day(label="Last day")

    def __init__(self, *args: Any, hint: str = "", may_be_open: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = hint
        self.fields["ends_on"].required = not may_be_open


class AccountForm(ReasonForm):
    """Somebody's name and the address with which they sign in."""

    name = forms.CharField(
        label="Name", max_length=150, help_text="As it should stand beside what they send."
    )
    email = forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. Links that were made for the old address no longer work.",
        max_length=254,
        error_messages={"invalid": "Give an e-mail address like name@example.org"},
    )


# ---- who is appointed


class Somebody(Form):
    """Somebody who holds a post already, or somebody by name and address."""

    person = forms.ChoiceField(label="Who?", required=False, widget=forms.Select)
    email = forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. Take the one that their organisation gave them.",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Give an e-mail address like name@example.org"},
    )
    name = forms.CharField(
        label="Name",
        help_text="As it should stand beside what they send.",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, known: Iterable[User], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.known = {str(user.pk): user for user in known}
        offered = [
            ("", "Somebody else: name and address below"),
            *((pk, str(u)) for pk, u in self.known.items()),
        ]
        self.fields["person"].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("person"):
            if said.get("email") or said.get("name"):
                self.add_error(
                    "person", "Choose somebody here or give a name and an address below, not both."
                )
        else:
            for name in ("email", "name"):
                if name not in self.errors and not said.get(name):
                    self.add_error(name, f"Fill in “{self.fields[name].label}”")
        return said

    @property
    def chosen_person(self) -> User | None:
        return self.known.get(self.cleaned_data["person"])

    def plausible(self, name: str) -> date:
        """A first day that can be meant."""
        day: date = self.cleaned_data[name]
        if day < self.today - LONG_AGO:
            raise forms.ValidationError("That is more than a year ago. Look at the year again.")
        if day > self.today + FAR_AHEAD:
            raise forms.ValidationError("That is more than two years ahead. Look at the year again.")
        return day


class InvitationForm(Somebody):
    """Somebody, a post, and from when."""

    post = forms.ChoiceField(label="Post", widget=forms.Select)
    kind = forms.ChoiceField(
        label="Holder or deputy?",
        help_text="A post has one holder on a day, and any number of deputies, who sign as deputies. The business"
        " unit and partner staff are teams: everybody in them is a member, whichever you choose.",
        choices=[(kind.value, kind.label) for kind in (AppointmentKind.HOLDER, AppointmentKind.DEPUTY)],
        initial=AppointmentKind.HOLDER,
        widget=InlineRadios,
    )
    starts_on = Day(label="First day", help_text="Until then they can sign in, and see nothing yet.")
    ends_on = Day(
        label="Last day",
        required=False,
        help_text="Leave it empty where nobody knows it yet. It can be changed.",
    )

    def __init__(self, *args: Any, posts: Iterable[Post], today: date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        groups: dict[str, Choices] = {}
        for pk, post in self.posts.items():
            groups.setdefault(post.group.name if post.group else WHOLE, []).append((pk, post.title))
        self.fields["post"].choices = [("", "Choose a post"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today

    def clean_starts_on(self) -> date:
        return self.plausible("starts_on")

    @property
    def chosen(self) -> Post:
        return self.posts[self.cleaned_data["post"]]


class HandoverForm(Somebody):
    """The last day of one holder, and who follows from when."""

    last_day = Day(
        label="Last day of the present holder", help_text="They can use the post until the end of that day."
    )
    first_day = Day(label="First day of the next holder")
    because = ReasonForm.base_fields["because"]

    def __init__(self, *args: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].label = "Who follows?"
        if not is_held:
            del self.fields["last_day"]
        self.order_fields(["last_day", "person", "email", "name", "first_day", "because"])

    def clean_first_day(self) -> date:
        return self.plausible("first_day")
