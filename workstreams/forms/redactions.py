"""Words that are to be taken out of the record, and the second person's answer."""

from django import forms

from sscp.pages import Form, Words

from ..redactions import MARK


class AskForm(Form):
    """Which words, exactly as they are typed, and why."""

    words = Words(
        label="The words to be taken out",
        help_text="Exactly as they stand there, capital letters and all. They are taken out wherever they stand, also"
        " inside a longer word, and nothing else is: type another spelling as a request of its own.",
        max_length=300,
        rows=2,
    )
    because = Words(
        label="Why",
        help_text="Without the words themselves. It stays in the history, for everybody who reads it.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why these words are taken out."},
    )
    everywhere = forms.BooleanField(
        label="All the places that they stand in are meant",
        required=False,
    )


class TakeOutForm(Form):
    """Done by another person than the one who asked, who has looked at every place."""

    looked = forms.BooleanField(
        label=f"I have looked at every place, and {MARK} is to stand there instead. It can’t be undone",
        error_messages={"required": "Look at every place first, then tick that you have."},
    )


class RefuseForm(Form):
    """Why the words stay where they are."""

    because = Words(
        label="Why do the words stay?",
        help_text="Without the words themselves.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why the words stay."},
    )
