"""Groups, posts, and the people appointed to them."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from ..models import Appointment, Group, Post, User
from ..vocabulary import TEAMS, AppointmentKind, PostKind
from . import By, Refused, recorded, settle


def add_group(
    *, name: str, kind: str, by: By | str, short_name: str = "", reports_to: Group | None = None
) -> Group:
    with recorded(by):
        return Group.objects.create(name=name, kind=kind, short_name=short_name, reports_to=reports_to)


def add_post(
    *,
    title: str,
    kind: str,
    by: By | str,
    group: Group | None = None,
    organisation: str = "",
    spellings: list[str] | None = None,
) -> Post:
    with recorded(by):
        return Post.objects.create(
            title=title, kind=kind, group=group, organisation=organisation, spellings=spellings or []
        )


def appoint(
    *,
    user: User,
    post: Post,
    starts_on: date,
    by: By | str,
    kind: str = AppointmentKind.HOLDER,
    ends_on: date | None = None,
) -> Appointment:
    """Appoint a user to a post; whoever joins a team is a member of it.

    Raises Refused where somebody holds the post, or the scrutineer would hold two.
    """
    if post.kind in TEAMS:
        kind = AppointmentKind.MEMBER
    with recorded(by):
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
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
        return Appointment.objects.create(
            user=user, post=post, kind=kind, starts_on=starts_on, ends_on=ends_on
        )


def end_appointment(*, appointment: Appointment, ends_on: date, by: By) -> Appointment:
    """The last day of an appointment; access ends with it."""
    with recorded(by):
        appointment = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
        if ends_on < appointment.starts_on:
            raise Refused(ends_on="An appointment ends on or after the day it starts.")
        if appointment.ends_on is not None and appointment.ends_on < ends_on:
            raise Refused(ends_on="This appointment has ended already.")
        if appointment.post.kind == PostKind.BUSINESS_UNIT:
            _one_at_a_time()
            others = Appointment.objects.exclude(pk=appointment.pk).filter(post__kind=PostKind.BUSINESS_UNIT)
            if not others.valid_on(ends_on + timedelta(days=1)).exists():
                raise Refused(
                    "Appoint somebody else to the business unit first: nobody else could do it afterwards."
                )
        appointment.ends_on = ends_on
        appointment.save(update_fields=["ends_on"])
        return appointment


def _one_at_a_time() -> None:
    """Whoever looks who is left in the business unit waits for the one who looked before."""
    unit = Post.objects.filter(kind=PostKind.BUSINESS_UNIT).order_by("pk")
    list(unit.select_for_update(no_key=True))


def invite(
    *,
    email: str,
    name: str,
    post: Post,
    starts_on: date,
    by: By | str,
    kind: str = AppointmentKind.HOLDER,
    password: str | None = None,
) -> User:
    """Appoint somebody to a post, with an account made for them where they have none.

    A new account has no password: its holder sets one through a single-use link. (`password` is for the
    demonstration's accounts alone.)
    """
    with recorded(by):
        # The post first: whoever waits for it must not be waited for by us, who hold the ledger after settling.
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            try:
                with transaction.atomic():
                    user = User.objects.create_user(email=email, name=name, password=password)
            except IntegrityError:
                raise Refused(email="Somebody has just invited this address. Open the page again.") from None
        elif not user.is_active:
            raise Refused(email="This account has been closed.")
        settle()
        appoint(user=user, post=post, starts_on=starts_on, by=by, kind=kind)
        return user
