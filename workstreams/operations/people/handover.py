"""One holder of a post after another, in one step."""

from datetime import date, timedelta

from ... import gather
from ...models import Appointment, Post, User
from ...vocabulary import TEAMS, AppointmentKind, PostKind
from .. import By, Overtaken, Refused, newest_row, recorded
from .accounts import account_for
from .appointments import appoint_here, end_here
from .rules import lock_posts, locked

NOT_HANDED_OVER = (*TEAMS, PostKind.BODY)


def holder_of(post: Post, on: date) -> Appointment | None:
    """The appointment of whoever holds the post that day, or will hold it next."""
    held = post.appointments.filter(kind=AppointmentKind.HOLDER).exclude(ends_on__lt=on)
    return held.select_related("user").order_by("starts_on").first()


def hand_over(
    *,
    post: Post,
    successor: User | None,
    email: str,
    name: str,
    last_day: date | None,
    first_day: date,
    by: By,
    because: str,
    seen: int | None,
) -> User:
    """End the holder's appointment and make the successor's, both or neither.

    `seen` is the newest ledger row of the holder's appointment; None where nobody holds the post. `successor`: somebody
    with an account; None: somebody new, by e-mail address and name.
    """
    with recorded(by, because=because):
        lock_posts(post)
        post = locked(post)
        if post.kind in NOT_HANDED_OVER:
            raise Refused(f"Nobody holds {post} alone, so nobody hands it over.")
        held = holder_of(post, gather.today())
        if (newest_row(held) if held else None) != seen:
            raise Overtaken(None)
        if held is not None:
            held = locked(held)
            if last_day is None:
                raise Refused(last_day=f"Say on which day {held.user} holds the post for the last time.")
            if first_day <= last_day:
                raise Refused(
                    first_day="A post has one holder on a day: the first day comes after the last day."
                )
            try:
                end_here(held, last_day)
            except Refused as refused:
                raise Refused(**_renamed(refused, ends_on="last_day")) from None
        user = successor or account_for(email, name)
        if held is not None and held.user_id == user.pk:
            raise Refused(successor=f"{user} holds the post now. Choose somebody else.")
        _no_longer_deputy(post, user, first_day)
        try:
            appoint_here(post, user, first_day)
        except Refused as refused:
            raise Refused(**_renamed(refused, post="successor", user="successor")) from None
        return user


def _no_longer_deputy(post: Post, user: User, first_day: date) -> None:
    """A deputy who becomes the holder is deputy until the day before."""
    deputy = post.appointments.filter(user=user, kind=AppointmentKind.DEPUTY, starts_on__lt=first_day)
    for appointment in deputy.exclude(ends_on__lt=first_day):
        end_here(locked(appointment), first_day - timedelta(days=1))


def _renamed(refused: Refused, **fields: str) -> dict[str, str]:
    return {fields.get(field, field): sentence for field, sentence in refused.errors.items()}
