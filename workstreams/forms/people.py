"""What the business unit says of people: who is invited to which post, and when an appointment ends."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from sscp.pages import Day, Form, InlineRadios

from ..models import Post
from ..vocabulary import AppointmentKind


class InvitationForm(Form):
    """Somebody, a post, and from when."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. Take the one that their organisation gave them.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"invalid": "Give an e-mail address like name@example.org"},
    )
    name = forms.CharField(
        label="Name",
        help_text="As it should stand beside what they send.",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
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

    def __init__(self, *args: Any, posts: Iterable[Post], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        groups: dict[str, list[tuple[str, str]]] = {}
        for pk, post in self.posts.items():
            groups.setdefault(post.group.name if post.group else "The whole partnership", []).append(
                (pk, post.title)
            )
        self.fields["post"].choices = [("", "Choose a post"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today

    @property
    def chosen(self) -> Post:
        return self.posts[self.cleaned_data["post"]]


class EndForm(Form):
    """The last day of an appointment."""

    ends_on = Day(
        label="Last day",
        help_text="They can use the post until the end of that day. Yesterday ends it at once.",
    )
