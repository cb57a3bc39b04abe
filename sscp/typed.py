"""What somebody had typed when it could not be taken: shown to them again, and sent again by one button."""

import re
from dataclasses import dataclass

from django.core import signing
from django.forms.utils import pretty_name
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException, UnreadablePostError

KEPT = "kept"  # the form field in which it travels
GOOD_FOR = 12 * 60 * 60  # seconds between typing and sending again
NOT_WORDS = {"seen", "request_id", "draft", "next", "action"}
CODE = re.compile(r"\s*|\d+|[A-Z_]+")  # nothing, a number of ours, or one of the plan's letters


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: its address, and every field but passwords and the forgery token."""

    address: str
    fields: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, request: HttpRequest) -> "Typed":
        try:
            lists = list(request.POST.lists())
        except (MultiPartParserError, RawPostDataException, UnreadablePostError):
            lists = []
        fields = [
            (name, value)
            for name, values in lists
            if name not in ("csrfmiddlewaretoken", KEPT) and "password" not in name
            for value in values
        ]
        return cls(request.get_full_path(), tuple(fields))

    @property
    def words(self) -> list[dict[str, str]]:
        """What a person typed, for a page: label and text of each field."""
        return [
            {"label": pretty_name(bare), "text": value}
            for name, value in self.fields
            # One of several forms on a page has a prefix: "impact-text".
            if (bare := name.rpartition("-")[2]) not in NOT_WORDS and not CODE.fullmatch(value)
        ]

    def sealed(self) -> str:
        """As one signed text for a hidden field, so that nobody can make up an address or words."""
        return signing.dumps([self.address, self.fields], salt=KEPT, compress=True)

    @classmethod
    def unsealed(cls, text: str | None) -> "Typed | None":
        """What `sealed` wrote; None where there is nothing, or nothing genuine."""
        try:
            address, fields = signing.loads(text or "", salt=KEPT, max_age=GOOD_FOR)
        except signing.BadSignature:
            return None
        return cls(address, tuple((name, value) for name, value in fields))
