"""Who is appointed to what, from which day to which."""

from datetime import date

from django.db.models import Q

from ... import gather
from ...models import Appointment, Post, User
from ...vocabulary import TEAMS, AppointmentKind, PostKind
from ...words import dated
from .. import By, Refused, recorded
from .rules import as_seen, keep_unit, last_act, lock_posts, locked, refuse_before_last_act


def appoint(
    *,
    user: User,
    post: Post,
    starts_on: date,
    by: By | str,
    kind: str = AppointmentKind.HOLDER,
    ends_on: date | None = None,
    because: str = "",
) -> Appointment:
    """Appoint a user to a post; whoever joins a team is a member of it.

    Raises Refused where somebody holds the post, the post ends, or the scrutineer would hold two.
    """
    with recorded(by, because=because):
        return appoint_here(locked(post), user, starts_on, kind=kind, ends_on=ends_on)


def appoint_here(
    post: Post,
    user: User,
    starts_on: date,
    *,
    kind: str = AppointmentKind.HOLDER,
    ends_on: date | None = None,
) -> Appointment:
    """Appoint to a post that is locked: inside a change that is recorded."""
    if post.kind in TEAMS:
        kind = AppointmentKind.MEMBER
    user = locked(user)
    if post.kind == PostKind.BODY:
        raise Refused(post=f"{post} is made up of its group’s posts: appoint somebody to one of these.")
    if ends_on is not None and ends_on < starts_on:
        raise Refused(ends_on="The last day is the first day or a later one.")
    if not user.is_active:
        raise Refused(user=f"The account of {user} is closed. Open it again first.")
    if post.ends_on is not None and (ends_on is None or ends_on > post.ends_on):
        raise Refused(
            post=f"The post {post} ends on {dated(post.ends_on)}. Nobody can be appointed beyond that."
        )
    from_then_on = Q(ends_on=None) | Q(ends_on__gte=starts_on)
    until_then = Q() if ends_on is None else Q(starts_on__lte=ends_on)
    meanwhile = Appointment.objects.filter(from_then_on, until_then)
    if kind == AppointmentKind.HOLDER and meanwhile.filter(post=post, kind=kind).exists():
        raise Refused(post=f"Somebody already holds the post {post}. End that appointment first.")
    theirs = meanwhile.filter(user=user)
    if theirs.filter(post=post).exists():
        raise Refused(post=f"{user} is already appointed to {post}.")
    scrutineer = theirs.filter(post__kind=PostKind.SCRUTINEER)
    if scrutineer.exists() or (post.kind == PostKind.SCRUTINEER and theirs.exists()):
        raise Refused(post="The independent scrutineer holds no other post.")
    return Appointment.objects.create(user=user, post=post, kind=kind, starts_on=starts_on, ends_on=ends_on)


# ---- its end


def end_appointment(*, appointment: Appointment, ends_on: date, by: By, because: str = "") -> Appointment:
    """The last day of an appointment; access ends with it."""
    with recorded(by, because=because):
        lock_posts(appointment.post)
        return end_here(locked(appointment), ends_on)


def change_last_day(
    *, appointment: Appointment, ends_on: date | None, by: By, because: str, seen: int | None
) -> Appointment:
    """Another last day for an appointment whose last day has not passed. None: it goes on until somebody says."""
    with recorded(by, because=because):
        lock_posts(appointment.post)
        return end_here(as_seen(appointment, seen), ends_on)


def take_back(*, appointment: Appointment, by: By, because: str, seen: int | None) -> None:
    """An appointment that has not begun, or that began today and in which nothing was done, was never made."""
    with recorded(by, because=because):
        lock_posts(appointment.post)
        appointment = as_seen(appointment, seen)
        today = gather.today()
        if appointment.starts_on < today:
            raise Refused(f"It began on {dated(appointment.starts_on)}. Give it a last day instead.")
        if appointment.starts_on == today and last_act(appointment) is not None:
            raise Refused(f"{appointment.user} has acted in this post today. Give it a last day instead.")
        appointment.delete()
        keep_unit(today)


def end_here(appointment: Appointment, ends_on: date | None) -> Appointment:
    """Give an appointment that is locked another last day: inside a change that is recorded."""
    today, post = gather.today(), appointment.post
    if appointment.ends_on is not None and appointment.ends_on < today and appointment.ends_on != ends_on:
        raise Refused(
            ends_on=f"This appointment ended on {dated(appointment.ends_on)}. Appoint them again instead."
        )
    if ends_on is not None and ends_on < appointment.starts_on:
        raise Refused(ends_on="An appointment ends on or after the day it starts.")
    if ends_on is not None:
        refuse_before_last_act(appointment, ends_on, field="ends_on")
    if post.ends_on is not None and (ends_on is None or ends_on > post.ends_on):
        raise Refused(ends_on=f"The post {post} ends on {dated(post.ends_on)}, and the appointment with it.")
    if ends_on is None or (appointment.ends_on is not None and ends_on > appointment.ends_on):
        _free_from(appointment, ends_on)
    appointment.ends_on = ends_on
    appointment.save(update_fields=["ends_on"])
    if post.kind == PostKind.BUSINESS_UNIT:
        keep_unit(today)
    return appointment


def _free_from(appointment: Appointment, ends_on: date | None) -> None:
    """An appointment that lasts longer does not run into the next one."""
    later = Appointment.objects.filter(starts_on__gt=appointment.starts_on).exclude(pk=appointment.pk)
    if ends_on is not None:
        later = later.filter(starts_on__lte=ends_on)
    holds = later.filter(post=appointment.post, kind=AppointmentKind.HOLDER).select_related("user").first()
    if appointment.kind == AppointmentKind.HOLDER and holds:
        raise Refused(
            ends_on=f"{holds.user} holds the post from {dated(holds.starts_on)}. Take that back first."
        )
    theirs = later.filter(user=appointment.user_id)
    if theirs.filter(post=appointment.post).exists():
        raise Refused(ends_on=f"{appointment.user} is appointed to {appointment.post} again after that.")
    scrutineer = theirs.filter(post__kind=PostKind.SCRUTINEER)
    if scrutineer.exists() or (appointment.post.kind == PostKind.SCRUTINEER and theirs.exists()):
        raise Refused(ends_on="The independent scrutineer holds no other post.")
