"""The minutes of a closed meeting, found among the frozen versions."""

from django.conf import settings

from workstreams import gather
from workstreams.models import Meeting, Plan, Version
from workstreams.picture import Reader

from ..pack import Minutes, minutes_of
from .reports import agreed_before


def minutes_of_meeting(meeting: Meeting, plan: Plan, reader: Reader) -> Minutes | None:
    """The minutes' table of one plan as this reader may see it; None where the meeting froze no version of it."""
    version = Version.objects.filter(meeting=meeting, plan=plan).agreed().frozen().first()
    if version is None:
        return None
    papers = list(Version.objects.filter(plan=plan).of_meeting(meeting).defer(None))
    before = None if papers else agreed_before(plan, version.seq)
    return minutes_of(
        gather.frozen(reader, version),
        gather.frozen(reader, before) if before else None,
        partnership=settings.PARTNERSHIP_NAME,
        papers=[gather.frozen(reader, paper) for paper in papers],
    )


def corrected_since(meeting: Meeting, plan: Plan) -> set[int]:
    """The measures whose decision at this meeting was corrected after its minutes were frozen."""
    version = Version.objects.filter(meeting=meeting, plan=plan).agreed().frozen().defer("picture").first()
    return set(version.corrections.values_list("measure_id", flat=True)) if version else set()
