"""What stands beside an item: who is responsible for it, and where it came from."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms

from sscp.pages import InlineRadios, Words

from ...models import Post, Recommendation
from ...vocabulary import OfficerRole
from .reason import KeptForm


class OfficerForm(KeptForm):
    """A post on an action. Without `posts` the post stays, and what it is and how it is printed changes."""

    FACTS: ClassVar = ("role", "printed")

    post = forms.ChoiceField(label="Post", widget=forms.Select)
    role = forms.ChoiceField(
        label="As what?", choices=OfficerRole.choices, widget=InlineRadios, initial=OfficerRole.LEAD
    )
    printed = forms.CharField(
        label="As printed",
        max_length=300,
        required=False,
        help_text="How the plan writes it, where that is not the post’s own title.",
    )

    def __init__(self, *args: Any, posts: Iterable[Post] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if posts is None:
            del self.fields["post"]
            self.fields["printed"].required = True
            return
        self.posts = {str(post.pk): post for post in posts}
        offered = [("", "Choose a post"), *((pk, post.title) for pk, post in self.posts.items())]
        self.fields["post"].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        if "post" not in self.fields:
            return facts
        post = self.posts[self.cleaned_data["post"]]
        return facts | {"post": post, "printed": facts["printed"] or post.title}


class SourceForm(KeptForm):
    """Where an item came from."""

    FACTS: ClassVar = ("printed",)

    printed = forms.CharField(
        label="As printed",
        max_length=100,
        help_text="For example “JTAI 1.1”.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    recommendation = forms.ChoiceField(
        label="In the register of recommendations",
        required=False,
        widget=forms.Select,
        help_text="Left as it is, the source is linked where its text names one, as “JTAI 1.1” does.",
    )

    def __init__(self, *args: Any, register: Iterable[Recommendation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = {str(r.pk): r for r in register}
        offered = [
            ("", "The one that the text names, if any"),
            *((pk, str(r)) for pk, r in self.register.items()),
        ]
        self.fields["recommendation"].choices = offered  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        chosen = self.register.get(self.cleaned_data["recommendation"])
        return super().facts() | {"recommendation": chosen}


class RecommendationForm(KeptForm):
    """One recommendation of an outside review."""

    FACTS: ClassVar = ("source", "reference", "text")

    source = forms.CharField(
        label="Source", max_length=200, help_text="Who recommended it, and when: “JTAI, January 2022”."
    )
    reference = forms.CharField(
        label="Reference",
        max_length=40,
        required=False,
        help_text="Its number in the source.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    text = Words(
        label="Text",
        max_length=3_000,
        rows=4,
        required=False,
        help_text="Leave it empty where only the number is known: the register then says that the text is not held.",
    )
