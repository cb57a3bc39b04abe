"""Which moment of a plan somebody wants to see: now, an edition or a meeting, or any day."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sscp.pages import Day

from .. import gather
from ..models import Meeting, Plan
from ..vocabulary import MeetingState, VersionStep
from ..words import dated

AS_AT = "as-at"
BEGAN = (MeetingState.HELD, MeetingState.CLOSED)


def choices_of(plan: Plan, *, agreed_only: bool = False) -> list[tuple[str, str]]:
    """What was frozen of a plan, and the meetings that froze nothing, newest first, as addresses write them."""
    editions = gather.editions(plan)
    offered: list[tuple[date, str, str]] = [
        (e.version.dated, str(e.seq), e.words)
        for e in editions
        if e.version.step == VersionStep.AGREED or not agreed_only
    ]
    if not agreed_only:
        frozen = {e.meeting_id for e in editions if e.meeting_id}
        meetings = Meeting.objects.filter(group=plan.deciding_group_id, state__in=BEGAN).exclude(
            pk__in=frozen
        )
        offered += [(m.held_on, m.held_on.isoformat(), f"Meeting of {dated(m.held_on)}") for m in meetings]
    newest_first = sorted(offered, key=lambda each: each[0], reverse=True)  # editions of a day stay in order
    return [(address, words) for _, address, words in newest_first]


class MomentWidget(forms.MultiWidget):
    """A list of moments, and a box for a day that is not in it. What is written in the box goes before the list."""

    template_name = "components/as_at_field.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        moments = forms.Select(attrs={"class": "govuk-select"})
        day = forms.TextInput(attrs={"class": "govuk-input govuk-input--width-10", "autocomplete": "off"})
        super().__init__({"": moments, "day": day}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value or "", ""]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class MomentField(forms.Field):
    """Cleans to the `gather.Moment` of one plan; to None where that is now.

    Called N, it reads `N=304` or `N=2023-08-15` out of an address, and `N_day` from its box. A day that was written
    comes back in the list, so that the box is empty for the next.
    """

    widget = MomentWidget

    def __init__(self, *, plan: Plan, now: str = "Now", agreed_only: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.plan = plan
        self.offered: list[tuple[str, str]] = [("", now), *choices_of(plan, agreed_only=agreed_only)]
        self._offer(self.offered)

    def clean(self, value: Any) -> gather.Moment | None:
        address = self._address(value)
        if not address:
            return None
        try:
            return gather.moment_named(self.plan, address)
        except gather.NoMoment as none:
            raise ValidationError(str(none)) from None

    def bound_data(self, data: Any, initial: Any) -> list[str]:
        try:
            moment = self.clean(data)
        except ValidationError:
            return list(data)
        if moment is None:
            return ["", ""]
        if moment.address not in dict(self.offered):
            words = moment.words[:1].upper() + moment.words[1:]
            self._offer([self.offered[0], (moment.address, words), *self.offered[1:]])
        return [moment.address, ""]

    def _offer(self, choices: list[tuple[str, str]]) -> None:
        moments: Any = self.widget
        moments.widgets[0].choices = choices

    @staticmethod
    def _address(value: Any) -> str:
        """A record's number may be written, too, as papers print it."""
        chosen, written = ((part or "").strip() for part in value or ("", ""))
        if not written:
            return str(chosen)
        if written.isdecimal():
            return str(written)
        day = Day(required=False).clean(written)
        return day.isoformat() if day else ""


class AsAtForm(forms.Form):
    """The moment at which a page shows its plan, by `?as-at=` in its address."""

    use_required_attribute = False

    def __init__(self, data: Any, *, plan: Plan, agreed_only: bool = False) -> None:
        super().__init__(data)
        self.fields = {AS_AT: MomentField(plan=plan, agreed_only=agreed_only, label="As at")}

    @property
    def moment(self) -> gather.Moment | None:
        """Only of a form that is valid."""
        moment: gather.Moment | None = self.cleaned_data[AS_AT]
        return moment
