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
    began: dict[int | None, date] = dict(
        Meeting.objects.filter(group=plan.deciding_group_id, state__in=BEGAN).values_list("pk", "held_on")
    )
    offered: list[tuple[date, str, str]] = [
        (began.get(e.meeting_id, e.version.dated), str(e.seq), e.words)
        for e in editions
        if e.version.step == VersionStep.AGREED or not agreed_only
    ]
    if not agreed_only:
        frozen = {e.meeting_id for e in editions if e.meeting_id}
        offered += [
            (held_on, held_on.isoformat(), f"Meeting of {dated(held_on)}")
            for meeting, held_on in began.items()
            if meeting not in frozen
        ]
    newest_first = sorted(offered, key=lambda each: each[0], reverse=True)  # editions of a day stay in order
    return [(address, words) for _, address, words in newest_first]


class MomentWidget(forms.MultiWidget):
    """A list of moments, and a box for any other. What is written in the box goes before the list."""

    template_name = "components/as_at_field.html"
    use_fieldset = False  # so that both say what is wrong with the moment

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        moments = forms.Select(attrs={"class": "govuk-select"})
        day = forms.TextInput(attrs={"class": "govuk-input govuk-input--width-10", "autocomplete": "off"})
        super().__init__({"": moments, "day": day}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value or "", ""]

    def id_for_label(self, id_: str) -> str:
        """The box, where an error stands with what was given."""
        return f"{id_}_1" if id_ else id_


class MomentField(forms.Field):
    """Cleans to the `gather.Moment` of one plan; to None where that is now.

    Called N, it reads `N=304` or `N=2023-08-15` out of an address, and `N_day` from its box. A moment that was written
    comes back in the list, so that the box is empty for the next; what is no moment comes back in the box.
    """

    widget = MomentWidget

    def __init__(self, *, plan: Plan, now: str = "Now", agreed_only: bool = False, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.plan, self.agreed_only = plan, agreed_only
        self.moment: gather.Moment | None = None
        self.offered: list[tuple[str, str]] = [("", now), *choices_of(plan, agreed_only=agreed_only)]
        self._offer(self.offered)

    def clean(self, value: Any) -> gather.Moment | None:
        if address := self._address(value):
            try:
                self.moment = gather.moment_named(self.plan, address, agreed_only=self.agreed_only)
            except gather.NoMoment as none:
                raise ValidationError(str(none)) from None
        return self.moment

    def bound_data(self, data: Any, initial: Any) -> list[str]:
        """Of a form that was cleaned."""
        moment = self.moment
        if moment is None:
            chosen, written = self._parts(data)
            return [chosen, written] if chosen in dict(self.offered) else ["", written or chosen]
        if moment.address not in dict(self.offered):
            words = moment.words[:1].upper() + moment.words[1:]
            self._offer([self.offered[0], (moment.address, words), *self.offered[1:]])
        return [moment.address, ""]

    def _offer(self, choices: list[tuple[str, str]]) -> None:
        moments: Any = self.widget
        moments.widgets[0].choices = choices

    @staticmethod
    def _parts(value: Any) -> tuple[str, str]:
        chosen, written = ((part or "").strip() for part in value or ("", ""))
        return chosen, written

    def _address(self, value: Any) -> str:
        """A day as people write it is one as addresses do; a record's number stays."""
        chosen, written = self._parts(value)
        given = written or chosen
        try:
            day = Day(required=False).clean(given)
        except ValidationError:
            return given
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
