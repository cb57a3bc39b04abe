"""Which two moments of a plan somebody wants to compare. Stays in the address."""

from typing import Any

from django import forms

from ..comparing import Ends, ends_of, since
from ..gather import Head
from ..models import Plan
from .moments import MomentField

FROM, TO = "from", "to"


class ComparisonForm(forms.Form):
    """`?from=304&to=512`: each a record, an edition's own, or a day. Empty is since the last agreed edition, to now."""

    use_required_attribute = False

    def __init__(self, data: Any, *, plan: Plan) -> None:
        super().__init__(data)
        self.plan = plan
        usual = since(plan)
        self.fields = {
            FROM: MomentField(plan=plan, now=f"{_capital(usual.words)}" if usual else "Now", label="From"),
            TO: MomentField(plan=plan, label="To"),
        }

    def ends(self, now: Head) -> Ends:
        """Only of a form that is valid."""
        return ends_of(self.plan, self.cleaned_data[FROM], self.cleaned_data[TO], now)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
