"""Accounts: made by an invitation, changed with a reason, closed and opened again; never deleted."""

from datetime import date

from django.db import IntegrityError, transaction

from ... import gather
from ...models import Post, User
from ...vocabulary import AppointmentKind
from .. import By, Refused, recorded
from .appointments import appoint_here
from .rules import as_seen, keep_unit, lock_posts, locked


def invite(
    *,
    email: str,
    name: str,
    post: Post,
    starts_on: date,
    by: By | str,
    kind: str = AppointmentKind.HOLDER,
    ends_on: date | None = None,
    because: str = "",
    password: str | None = None,
) -> User:
    """Appoint somebody to a post, with an account made for them where they have none.

    A new account has no password: its holder sets one through a single-use link. (`password` is for the
    demonstration's accounts alone.)
    """
    with recorded(by, because=because):
        post = locked(post)
        user = account_for(email, name, password)
        appoint_here(post, user, starts_on, kind=kind, ends_on=ends_on)
        return user


def account_for(email: str, name: str, password: str | None = None) -> User:
    """The account of an address, made where there is none: inside a change that is recorded."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        try:
            with transaction.atomic():
                return User.objects.create_user(email=email, name=name, password=password)
        except IntegrityError:
            raise Refused(email="Somebody has just invited this address. Open the page again.") from None
    if not user.is_active:
        raise Refused(email="This account has been closed.")
    return user


def change_account(*, user: User, name: str, email: str, by: By, because: str, seen: int | None) -> User:
    """Another name or address. Links that were made for the old address no longer work."""
    with recorded(by, because=because):
        user = as_seen(user, seen)
        address = User.objects.normalize_email(email).lower()
        if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
            raise Refused(email="Somebody else has this address.")
        user.name, user.email = name, address
        try:
            with transaction.atomic():
                user.save(update_fields=["name", "email"])
        except IntegrityError:
            raise Refused(email="Somebody else has this address.") from None
        return user


def close_account(*, user: User, by: By, because: str, seen: int | None) -> User:
    """Nobody signs in with it any more, from the next request on. What it did stays, and so do its appointments."""
    with recorded(by, because=because):
        lock_posts()
        user = as_seen(user, seen)
        if user.pk == by.user.pk:
            raise Refused("You cannot close your own account. Somebody else of the business unit can.")
        user.is_active = False
        user.save(update_fields=["is_active"])
        keep_unit(gather.today())
        return user


def reopen_account(*, user: User, by: By, because: str, seen: int | None) -> User:
    """They sign in with it again."""
    with recorded(by, because=because):
        user = as_seen(user, seen)
        user.is_active = True
        user.save(update_fields=["is_active"])
        return user
