"""Reading a plan from a file: handing it in, naming its columns, answering its questions, applying it."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.utils.text import slugify

from sscp.pages import UNKEEPABLE, Day, Form, Words

from ..intake.gate import FILE
from ..intake.reading import Column, Field, Question
from ..models import Group, Plan
from ..vocabulary import WORDS_LIMIT

NEW_PLAN = "new"
CURRENT, DRAFT = "current", "draft"
AT_A_MEETING, OTHERWISE, LEFT_OUT = "meeting", "otherwise", "out"
NARROW = {"class": "govuk-input--width-20"}


class UploadForm(Form):
    file = forms.FileField(
        label="The file",
        help_text=f"A Word document (.docx) or an Excel workbook (.xlsx) of up to {FILE >> 20} MB.",
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx"}),
        error_messages={
            "required": "Choose the file that holds the plan.",
            "invalid": "Choose the file again: it did not arrive.",
            "missing": "Choose the file again: it did not arrive.",
            "empty": "This file is empty. Choose the one that holds the plan.",
        },
    )
    plan = forms.ChoiceField(
        label="Which plan is it?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Say whether it is a new plan or a newer edition of one that is here.",
            "invalid_choice": "This plan can no longer be chosen. Open the page again.",
        },
    )

    def __init__(self, *args: Any, plans: Iterable[Plan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = {plan.ref: plan for plan in plans}
        newer = [(plan.ref, f"A newer edition of {plan.title}") for plan in self.plans.values()]
        self.fields["plan"].choices = [(NEW_PLAN, "A new plan"), *newer]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE:
            raise forms.ValidationError(
                f"This file has more than {FILE >> 20} MB. Copy the plan alone into a new file and send that."
            )
        return file

    @property
    def chosen(self) -> Plan | None:
        """The plan that it is a newer edition of; None for a new plan."""
        return self.plans.get(self.cleaned_data["plan"])


class ColumnsForm(Form):
    """What each column of the file holds."""

    def __init__(
        self, *args: Any, columns: Sequence[Column], kept: dict[str, str] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.columns = {_name("column", column.key): column for column in columns}
        choices = [("", "Choose what it holds"), *((field.name, field.value) for field in Field)]
        for name, column in self.columns.items():
            holds = (kept or {}).get(column.key) or (column.holds.name if column.holds else "")
            self.fields[name] = forms.ChoiceField(
                label=f"What does “{column.heading}” hold?",
                choices=choices,
                initial=holds,
                error_messages={"required": f"Say what “{column.heading}” holds, even if it is nothing."},
            )

    @property
    def rows(self) -> list[tuple[Column, Any]]:
        return [(column, self[name]) for name, column in self.columns.items()]

    @property
    def mapping(self) -> dict[str, str]:
        return {column.key: self.cleaned_data[name] for name, column in self.columns.items()}


class QuestionsForm(forms.Form):
    """The questions of a file, those first that nobody has answered. Each may be left for later."""

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, waiting: Iterable[Question], answered: Iterable[tuple[Question, str]]
    ) -> None:
        super().__init__(data)
        self.asked: dict[str, Question] = {}
        self.waiting = [self._ask(question, None) for question in waiting]
        open_now = set(self.asked)
        self.answered = [
            self._ask(question, answer)
            for question, answer in answered
            if _name("question", question.key) not in open_now
        ]

    def _ask(self, question: Question, answer: str | None) -> str:
        name = _name("question", question.key)
        self.asked[name] = question
        if question.choices:
            # By their number, because a choice's own value may be empty, which is no "not answered yet".
            numbered = [(str(n), choice.label) for n, choice in enumerate(question.choices)]
            values = [choice.value for choice in question.choices]
            self.fields[name] = forms.ChoiceField(
                label=question.sentence,
                choices=numbered,
                widget=forms.RadioSelect,
                required=False,
                initial=str(values.index(answer)) if answer in values else None,
                help_text=_until(question),
            )
        else:
            self.fields[name] = Words(
                label=question.sentence,
                max_length=WORDS_LIMIT,
                rows=2,
                required=False,
                initial=answer,
                help_text=_until(question),
            )
            self.fields[f"{name}-as-it-is"] = forms.BooleanField(
                label="Leave it as it is",
                required=False,
                initial=answer is not None and answer == question.assumed,
            )
        return name

    def rows(self, names: Iterable[str]) -> list[tuple[Question, Any, Any]]:
        """Each question with its field, and with the box that leaves it as it is where any words answer it."""
        return [
            (self.asked[name], self[name], self[box] if (box := f"{name}-as-it-is") in self.fields else None)
            for name in names
        ]

    @property
    def open_rows(self) -> list[tuple[Question, Any, Any]]:
        return self.rows(self.waiting)

    @property
    def answered_rows(self) -> list[tuple[Question, Any, Any]]:
        return self.rows(self.answered)

    @property
    def answers(self) -> dict[Question, str]:
        """What was answered, by its question."""
        found = {}
        for name, question in self.asked.items():
            said = self.cleaned_data.get(name, "")
            if question.choices:
                if said:
                    found[question] = question.choices[int(said)].value
            elif said.strip():
                found[question] = said.strip()
            elif self.cleaned_data.get(f"{name}-as-it-is"):
                found[question] = question.assumed
        return found


def _until(question: Question) -> str:
    """What holds meanwhile, where the sentence does not say it itself."""
    if "ntil it is answered" in question.sentence:
        return ""
    labels = {choice.value: choice.label for choice in question.choices}
    if said := labels.get(question.assumed, "" if question.choices else question.assumed):
        return f"Until it is answered: {said}"
    return "Until it is answered nothing is entered."


class ApplyForm(Form):
    """What the file does not say of the version that it becomes; of a new plan, its name and who decides it."""

    title = forms.CharField(label="Title", max_length=200)
    ref = forms.SlugField(
        label="Short name for addresses",
        max_length=60,
        help_text="Small letters, numbers and dashes, for example business-plan-2023-24.",
        widget=forms.TextInput(attrs=NARROW),
        error_messages={
            "invalid": "Use only letters, numbers and dashes, for example business-plan-2023-24."
        },
    )
    year_label = forms.CharField(
        label="Year",
        max_length=20,
        required=False,
        help_text="As it is printed, for example 2023/24. It may be left empty.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    deciding_group = forms.ChoiceField(
        label="Who decides its ratings?",
        help_text="The group at whose meetings they are agreed.",
        widget=forms.Select,
        required=False,
    )
    new_group = forms.CharField(
        label="Or a new group",
        max_length=200,
        required=False,
        help_text="Its name, where the group that decides is not in the list.",
    )
    state = forms.ChoiceField(
        label="How does it begin?",
        choices=[
            (CURRENT, "As the plan that partners work to"),
            (DRAFT, "As a draft, that nobody is asked about until it is made current"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether partners work to it from now on, or it is a draft."},
    )
    ratings = forms.ChoiceField(
        label="Who agreed its ratings?",
        widget=forms.RadioSelect,
        error_messages={"required": "Say who agreed the ratings that the file shows, or leave them out."},
    )
    agreed_on = Day(label="On which day were they agreed?", required=False)
    label = forms.CharField(
        label="Version", max_length=30, widget=forms.TextInput(attrs={"class": "govuk-input--width-5"})
    )
    because = Words(label="Why is the plan changed?", max_length=WORDS_LIMIT, rows=2)

    def __init__(
        self,
        *args: Any,
        plan: Plan | None,
        groups: Iterable[Group],
        has_ratings: bool,
        decider: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        if plan is not None:
            for name in ("title", "ref", "year_label", "deciding_group", "new_group", "state"):
                del self.fields[name]
        else:
            offered = [("", "Choose a group"), *((pk, group.name) for pk, group in self.groups.items())]
            self.fields["deciding_group"].choices = offered  # type: ignore[attr-defined]
        if plan is None or plan.is_draft:
            self.fields["because"].required = False
            self.fields["because"].label = "Why is it read in? (it may be left empty)"
        if not has_ratings:
            del self.fields["ratings"], self.fields["agreed_on"]
        else:
            self.fields["ratings"].choices = [  # type: ignore[attr-defined]
                (AT_A_MEETING, f"The {decider} agreed them at a meeting"),
                (OTHERWISE, f"The {decider} agreed them between two meetings"),
                (LEFT_OUT, "Leave the ratings out"),
            ]

    def clean_ref(self) -> str:
        return str(self.cleaned_data["ref"] or slugify(self.cleaned_data.get("title", ""))).lower()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "deciding_group" in self.fields and bool(cleaned.get("deciding_group")) == bool(
            cleaned.get("new_group")
        ):
            self.add_error(
                "deciding_group", "Choose the group that decides, or give a new one’s name: one of the two."
            )
        has_day = cleaned.get("agreed_on") or "agreed_on" in self.errors
        if cleaned.get("ratings") in (AT_A_MEETING, OTHERWISE) and not has_day:
            self.add_error("agreed_on", "Give the day on which the ratings were agreed, or leave them out.")
        return cleaned

    @property
    def decider(self) -> Group | str:
        """The group that was chosen, or the name of the new one."""
        return self.groups.get(self.cleaned_data["deciding_group"]) or self.cleaned_data["new_group"]

    @property
    def keeps_ratings(self) -> bool:
        return self.cleaned_data.get("ratings") in (AT_A_MEETING, OTHERWISE)


def typed(data: Any) -> dict[str, str]:
    """What was typed about the version, whether or not it is valid: nothing is lost."""
    return {
        name: UNKEEPABLE.sub("", data[name])
        for name in ApplyForm.base_fields
        if name in data and name not in ("seen", "request_id")
    }


def _name(what: str, key: str) -> str:
    """A name for a field, the same whenever the same thing is asked."""
    return f"{what}-{sha256(key.encode()).hexdigest()[:12]}"
