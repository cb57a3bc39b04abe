"""What every change of people obeys: who waits for whom, what was seen, and that the business unit is never empty."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Model, Q
from django.utils import timezone

from ... import gather
from ...models import Appointment, Ledger, Post
from ...vocabulary import PostKind
from ...words import dated
from .. import Overtaken, Refused, newest_row

DAY = timedelta(days=1)
Thing = TypeVar("Thing", bound=Model)


def locked(thing: Thing) -> Thing:
    """The row as it stands now, which nobody else changes until this is done."""
    found: Thing = type(thing)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=thing.pk)
    return found


def as_seen(thing: Thing, seen: int | None) -> Thing:
    """The row, locked. Raises Overtaken where it was changed since the ledger's row `seen`, or is gone."""
    try:
        found = locked(thing)
    except type(thing).DoesNotExist:  # type: ignore[attr-defined]
        raise Overtaken(None) from None
    if newest_row(found) != seen:
        raise Overtaken(None)
    return found


def lock_posts(*posts: Post) -> None:
    """These posts and those of the business unit: whoever looks who is left in it waits for the one before."""
    wanted = Q(pk__in=[post.pk for post in posts]) | Q(kind=PostKind.BUSINESS_UNIT)
    list(Post.objects.filter(wanted).order_by("pk").select_for_update(no_key=True))


def keep_unit(today: date) -> None:
    """Refuse what has just been done where a day would come, from today on, with nobody in the business unit."""
    spans = (
        Appointment.objects.filter(post__kind=PostKind.BUSINESS_UNIT, user__is_active=True)
        .order_by("starts_on")
        .values_list("starts_on", "ends_on")
    )
    if not _always_somebody(spans, today):
        raise Refused(
            "Appoint somebody else to the business unit first: a day would come when nobody is in it, and nobody"
            " could do this work."
        )


def _always_somebody(spans: Iterable[tuple[date, date | None]], today: date) -> bool:
    reached = today - DAY
    for starts_on, ends_on in spans:
        if starts_on > reached + DAY:
            return False
        if ends_on is None:
            return True
        reached = max(reached, ends_on)
    return False


# ---- what was done in a post


def last_act(appointment: Appointment) -> date | None:
    """The last day on which the ledger has something that they did in this appointment."""
    acts = Ledger.objects.filter(by=str(appointment.user_id), for_post=str(appointment.post_id))
    at = acts.order_by("-seq").values_list("at", flat=True).first()
    on = timezone.localtime(at, gather.LONDON).date() if at else None
    return on if on and on >= appointment.starts_on else None


def refuse_before_last_act(appointment: Appointment, ends_on: date, *, field: str) -> None:
    """What somebody did in a post was done while they held it: the last day can't lie before it."""
    acted_on = last_act(appointment) if ends_on < gather.today() else None
    if acted_on is not None and ends_on < acted_on:
        raise Refused(
            **{
                field: f"{appointment.user} acted in this post on {dated(acted_on)}, so its last day is that day or a"
                " later one. Closing their account shuts them out at once."
            }
        )
