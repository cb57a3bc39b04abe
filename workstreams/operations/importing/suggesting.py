"""What is proposed for a plan that begins with a file, and for the version that an import makes."""

from datetime import date

from django.utils.text import slugify

from ... import gather
from ...intake.reading import Reading
from ...likeness import is_same
from ...models import Plan, Version
from ...picture import PlanPicture
from ...vocabulary import PlanState
from ..plan.fit import RESERVED
from .agreeing import Agreed


def plan_titled(title: str) -> Plan | None:
    """The plan that has this very title and is not closed."""
    plans = Plan.objects.exclude(state=PlanState.CLOSED).order_by("-pk")
    return next((plan for plan in plans if title and is_same(plan.title, title)), None)


def suggested_ref(title: str) -> str:
    """A short name for the plan's addresses, which no other plan has."""
    most = int(Plan._meta.get_field("ref").max_length or 0) - len("-99")
    ref = slugify(title.replace("/", "-"))[:most].strip("-") or "plan"
    used = {*Plan.objects.values_list("ref", flat=True), *RESERVED}
    return next(name for name in (ref, *(f"{ref}-{n}" for n in range(2, 100))) if name not in used)


def suggested_label(plan: Plan | None, reading: Reading) -> str:
    """The document's own label, where no version has it; "" is the next one."""
    if plan and Version.objects.filter(plan=plan, label=reading.label).exists():
        return ""
    return reading.label


def suggested_agreed(live: PlanPicture | None, reading: Reading) -> Agreed | None:
    """The day that the document itself gives to the agreement of its ratings, where none was agreed after it."""
    if not reading.agreed_on:
        return None
    day = date.fromisoformat(reading.agreed_on)
    newest = live.agreed_version if live else None
    if day > gather.today() or (newest and newest.dated > day):
        return None
    return Agreed(day)
