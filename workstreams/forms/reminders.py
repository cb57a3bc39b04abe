"""What somebody wants to be told by e-mail."""

from collections.abc import Sequence
from typing import Any

from django import forms

from sscp.pages import Form

from ..vocabulary import News


class MailChoicesForm(Form):
    """The kinds of news that this person can get, ticked where they want them."""

    kinds = forms.MultipleChoiceField(
        label="News that I want by e-mail",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list: one of these kinds is not sent to you."},
    )

    def __init__(self, *args: Any, offered: Sequence[News], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = [(kind.value, kind.label) for kind in offered]  # type: ignore[attr-defined]
