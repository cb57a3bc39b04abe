"""What is asked of the proof: to check it now, or to hold the number on a paper against it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sscp.pages import Form, refuse_unkeepable

from ..ledger import Anchor

DIGITS = 64  # of a SHA-256 in hexadecimal


class CheckForm(Form):
    """Check everything now. It asks for nothing."""


class AnchorField(forms.CharField):
    """The number of a record, a colon and its fingerprint, as papers print it and people copy it: broken into lines,
    in capital letters or with blanks between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=400, validators=[refuse_unkeepable], **kwargs)

    def clean(self, value: Any) -> Anchor | None:
        text = "".join(super().clean(value).split()).lower()
        if not text:
            return None
        number, colon, fingerprint = text.partition(":")
        if not colon:
            raise ValidationError(
                "Give the number of the record, a colon and the fingerprint, as the paper prints them: 1432:9f2c…"
            )
        if not re.fullmatch(r"[0-9]{1,18}", number) or not int(number):
            raise ValidationError("Before the colon stands the number of a record, such as 1432.")
        if strange := sorted(set(re.sub("[0-9a-f]", "", fingerprint))):
            raise ValidationError(
                f"A fingerprint is made of 0 to 9 and a to f. “{strange[0]}” is neither: look at the paper again."
            )
        if len(fingerprint) != DIGITS:
            raise ValidationError(
                f"The fingerprint after the colon has {DIGITS} letters and digits. This one has {len(fingerprint)}."
            )
        return Anchor(int(number), fingerprint)


class AnchorForm(forms.Form):
    """In the address, so that whoever may write nothing can ask too."""

    use_required_attribute = False

    anchor = AnchorField(
        label="Number and fingerprint on the paper",
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="Such as 1432:9f2c… It stands at the end of every report and workbook, and in the weekly letter.",
    )
