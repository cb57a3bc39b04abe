"""What somebody has typed of an update and not sent: kept for them alone, swept when its meeting is long over."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce, TruncDate

from ..gather import LONDON
from ..models import Draft, Measure, Meeting, Receipt, User
from ..vocabulary import MeetingState

KEPT_FOR = timedelta(days=30)
WINDOW = "window"  # the form that kept the draft last, by the number it is sent under


class KeptElsewhere(Exception):
    """Another window of the same person has kept a newer draft. `draft` is that one."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__("Another window has kept a newer draft.")


def keep_draft(
    *, measure: Measure, user: User, fields: dict[str, Any], window: UUID, found: str, insist: bool = False
) -> Draft | None:
    """Keep what was typed, finished or not; None where this very form has been sent meanwhile.

    `window` is the form's request id, `found` that of the draft which the form was filled from. Raises
    KeptElsewhere where the draft that stands is neither's, unless `insist`.
    """
    with transaction.atomic():
        # Sending locks the measure too, so a draft is never kept behind the back of the update it became.
        Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
        if Receipt.objects.filter(request_id=window, user=user).exists():
            return None
        draft = Draft.objects.filter(user=user, measure=measure).first()
        if draft and not insist and draft.fields.get(WINDOW) not in (str(window), found):
            raise KeptElsewhere(draft)
        draft, _ = Draft.objects.update_or_create(
            user=user, measure=measure, defaults={"fields": fields | {WINDOW: str(window)}}
        )
        return draft


def sweep_drafts(on: date) -> int:
    """Take away the drafts whose meeting was held more than 30 days before this day; how many there were."""
    their_meetings = Meeting.objects.regular().filter(
        group=OuterRef("group"),
        state=MeetingState.CLOSED,
        held_on__gte=OuterRef("kept_on"),
        held_on__lt=on - KEPT_FOR,
    )
    old = Draft.objects.annotate(
        group=Coalesce(
            "measure__action__outcome__plan__deciding_group",
            "measure__action__workstream__plan__deciding_group",
        ),
        kept_on=TruncDate("saved_at", tzinfo=LONDON),
    ).filter(Exists(their_meetings))
    swept, _ = Draft.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return swept
