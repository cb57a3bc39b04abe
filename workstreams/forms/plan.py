"""Which part of the plan somebody wants to see. Stays in the address, so that it can be sent to a colleague."""

from typing import Any

from django import forms

from ..picture import Placed, PlanPicture
from ..vocabulary import Tag

NOT_RATED = "none"


class PlanFilter(forms.Form):
    """All fields may be left empty: nothing is hidden then. An unknown value hides nothing either."""

    tag = forms.ChoiceField(
        required=False, choices=[("", "Any tag"), *((t.value, f"{t.value}: {t.label}") for t in Tag)]
    )
    overdue = forms.BooleanField(label="Overdue", required=False)
    not_updated = forms.BooleanField(label="Not updated", required=False)
    owes_impact = forms.BooleanField(label="Complete, impact not accepted", required=False)

    def __init__(self, data: Any, *, picture: PlanPicture) -> None:
        super().__init__(data)
        word = picture.workstream_word
        heads = picture.heads
        posts = {str(o.post_id): o.title for p in picture.placed() for o in p.action.officers}
        self.fields = {
            "workstream": forms.ChoiceField(
                label=word,
                required=False,
                choices=[
                    ("", f"Every {word.lower()}"),
                    *((w.number, f"{w.number} {w.title}") for w in picture.workstreams),
                ],
            ),
            "level": forms.ChoiceField(
                label="Agreed rating" if heads.is_rated else heads.level,
                required=False,
                choices=[
                    ("", "Any rating" if heads.is_rated else "Any status"),
                    *((level.code, level.word) for level in picture.key),
                    (NOT_RATED, "Not rated"),
                ],
            ),
            "officer": forms.ChoiceField(
                label=heads.officers,
                required=False,
                choices=[
                    ("", "Anybody" if heads.by_action else "Any officer"),
                    *sorted(posts.items(), key=lambda post: post[1]),
                ],
            ),
        } | self.fields
        if heads.by_action:
            del self.fields["tag"], self.fields["owes_impact"]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, valid values only."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def shown(self, picture: PlanPicture) -> PlanPicture:
        """The part that was chosen. A whole workstream keeps what has no measure, too."""
        if not self.chosen:
            return picture
        if self.chosen.keys() == {"workstream"}:
            return picture.of_workstream(self.chosen["workstream"])
        return picture.holding(self.keeps)

    def keeps(self, placed: Placed) -> bool:
        """Whether a measure is to be shown."""
        c, m = self.chosen, placed.measure
        return (
            ("workstream" not in c or placed.workstream.number == c["workstream"])
            and ("level" not in c or (m.level.code if m.level else NOT_RATED) == c["level"])
            and ("officer" not in c or int(c["officer"]) in {o.post_id for o in placed.action.officers})
            and ("tag" not in c or c["tag"] in m.tags)
            and ("overdue" not in c or m.is_overdue)
            and ("not_updated" not in c or m.not_updated)
            and ("owes_impact" not in c or m.owes_impact)
        )

    @property
    def words(self) -> list[str]:
        """What was chosen, to be read."""
        said = []
        for name, value in self.chosen.items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            said.append(str(choices.get(value, self.fields[name].label)))
        return said
