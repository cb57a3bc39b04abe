"""What every form that keeps the plan has: a reason, and what was seen."""

from typing import Any, ClassVar, NamedTuple

from django import forms

from sscp.pages import Form, Words


class KeptForm(Form):
    """A change of one row of the plan, and why. The reason stands last; in a draft it may be left empty.

    `FACTS` are the fields that the operation takes as they are.
    """

    FACTS: ClassVar[tuple[str, ...]] = ()

    because = Words(
        label="Why?",
        help_text="A sentence for the history, beside this change.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why, in a sentence: it stands in the history beside this change."},
    )

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_draft:
            self.fields["because"].required = False
            self.fields["because"].help_text = "This plan is a draft, so this may be left empty."
        self.order_fields([name for name in self.fields if name != "because"])

    def facts(self) -> dict[str, Any]:
        """What the operation asks for, the reason among it."""
        return {name: self.cleaned_data[name] for name in (*self.FACTS, "because") if name in self.fields}

    @classmethod
    def told(cls, item: Any) -> dict[str, Any]:
        """What stands in a row, as the form begins with it."""
        return {name: getattr(item, name) for name in cls.FACTS}


class Move(NamedTuple):
    """One place up or down, as the button says it: "measures-42-up-1077"."""

    noun: str
    pk: int
    way: str
    seen: int


class MoveForm(KeptForm):
    """The one reason of a page and the button that was pressed: what was seen of its row stands in its value."""

    move = forms.RegexField(
        r"^[a-z]+-\d{1,18}-(up|down)-\d{1,18}$",
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), "Press Move up or Move down beside a row."),
    )
    because = Words(
        label="Why are you moving things?",
        help_text="A sentence for the history, beside each move. It stays here for the next one.",
        max_length=500,
        rows=2,
        error_messages={"required": "Say why you are moving it, in a sentence. Then move it."},
    )

    def clean_move(self) -> Move:
        noun, pk, way, seen = self.cleaned_data["move"].split("-")
        return Move(noun, int(pk), way, int(seen))
