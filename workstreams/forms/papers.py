"""Before a meeting: updates returned, highlights reported, papers issued, added to and withdrawn."""

from django import forms

from sscp.pages import Form, Words

from .meetings import SeenRows

# A report is a page or so of the papers; each of its four parts about a quarter of one.
HIGHLIGHTS_LIMIT = 3_000


class ReturnForm(Form):
    """Why one update, or many, go back to whoever sent them."""

    because = Words(
        label="Why do you return this?",
        help_text="Whoever sent it reads these words and acts on them. They stay in the history.",
        max_length=1_000,
        rows=3,
        error_messages={"required": "Say why the update is returned: whoever sent it acts on these words."},
    )
    returned = SeenRows(error_messages={"required": "There is nothing here to return."})


class HighlightsForm(Form):
    """What a group tells the meeting beside its ratings."""

    key_updates = Words(
        label="Key updates and impacts",
        help_text="What is new since the last meeting, and what difference it made.",
        max_length=HIGHLIGHTS_LIMIT,
        error_messages={"required": "Say what is new, and what difference it made."},
    )
    risks = Words(
        label="Risks",
        help_text="What may stop the group's work, or harm. Leave it empty where there is none.",
        max_length=HIGHLIGHTS_LIMIT,
        rows=4,
        required=False,
    )
    mitigating_actions = Words(
        label="Mitigating actions",
        help_text="What is being done about each risk, and by whom.",
        max_length=HIGHLIGHTS_LIMIT,
        rows=4,
        required=False,
    )
    achievements = Words(
        label="Achievements",
        help_text="What the group is pleased with.",
        max_length=HIGHLIGHTS_LIMIT,
        rows=4,
        required=False,
    )


class EditionForm(Form):
    """The label of a version that is frozen now, and what changed in it."""

    label = forms.CharField(
        label="Version",
        max_length=40,
        required=False,  # the operation says why it must have one
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    changes = Words(
        label="What changed",
        help_text="As it will stand in the table of versions.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say in a sentence what changed since the version before."},
    )


class WithdrawForm(Form):
    """Why issued papers are taken back."""

    because = Words(
        label="Why are the papers withdrawn?",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why the papers are withdrawn."},
    )
