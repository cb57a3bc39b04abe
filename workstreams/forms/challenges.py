"""What is asked and answered in a challenge, and which challenges a reader wants to see."""

from typing import Any

from django import forms

from sscp.pages import Form, Words

from ..challenges import WAYS
from ..picture import PlanPicture
from ..vocabulary import WORDS_LIMIT
from .beside import PostForm


class RaiseForm(Form):
    """What the scrutineer questions."""

    text = Words(
        label="What do you question, and what do you want to know?",
        help_text="Ask so that it can be answered in a few sentences. It stays on the record, and it is printed in the"
        " Executive’s pack. Name no child, family or worker.",
        max_length=WORDS_LIMIT,
        rows=7,
        required=False,  # the operation says why it is needed
    )


class AnswerForm(PostForm):
    """An answer, in a post of theirs."""

    text = Words(
        label="Your answer",
        help_text="It stays on the record beside the question. Name no child, family or worker.",
        max_length=WORDS_LIMIT,
        rows=6,
        required=False,
    )


class CloseForm(Form):
    """The scrutineer's last word on it."""

    text = Words(
        label="What do you make of the answer?",
        help_text="Closed, it takes no more answers and is never opened again. You can always raise another.",
        max_length=WORDS_LIMIT,
        rows=4,
        required=False,
    )


class LogFilter(forms.Form):
    """Which challenges: stays in the address. An unknown value hides nothing."""

    stands = forms.ChoiceField(
        label="Where it stands",
        required=False,
        choices=[("", "All"), *((code, label) for code, (label, _) in WAYS.items())],
    )

    def __init__(self, data: Any, *, picture: PlanPicture) -> None:
        super().__init__(data)
        word = picture.workstream_word
        self.fields["workstream"] = forms.ChoiceField(
            label=word,
            required=False,
            choices=[
                ("", f"Every {word.lower()}"),
                *((w.number, f"{w.number} {w.title}") for w in picture.workstreams),
            ],
        )
