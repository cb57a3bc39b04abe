"""Reminders by e-mail: one digest a person a day at most, the scrutineer's weekly letter, and what each wants of them.

docs/running-it.md says how they are set off.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import get_connection

from .. import agenda, gather, permissions
from ..models import Digest, MailChoice, Meeting, Plan, Post, Redaction
from ..permissions import Person
from ..recording import By
from ..vocabulary import News
from . import letters
from .letters import Letter
from .news import TELLS, Desk, Facts, Story, to_take_out
from .sending import FAILURES, message, send, why

__all__ = [
    "FAILURES",
    "REMINDED",
    "Letter",
    "Sent",
    "choose",
    "kinds_for",
    "message",
    "reachable",
    "remind_now",
    "send_all",
    "waiting_letters",
    "wanted",
    "why",
]

log = logging.getLogger(__name__)

NOT_SET_UP = "E-mail is not set up here: copy the reminder instead."
REMEMBERED = timedelta(days=366)  # what was told longer ago may be told again
SHOWN = "This demonstration sends no e-mail: it is shown where the service runs."


# ---- what each person wants


def kinds_for(person: Person) -> tuple[News, ...]:
    """The news that this person can ever get."""
    if person.is_scrutineer:
        return News.CHALLENGED, News.WEEKLY
    kinds = tuple(TELLS) if person.is_officer else (News.CHALLENGED,) if person.is_business_unit else ()
    return (*kinds, News.REDACTION) if permissions.may_redact(person) else kinds


def wanted(person: Person) -> tuple[News, ...]:
    """What of it they have not switched off."""
    choice = MailChoice.objects.filter(user=person.user).first()
    return tuple(kind for kind in kinds_for(person) if choice is None or kind not in choice.unwanted)


def choose(*, person: Person, kinds: Iterable[str]) -> None:
    """Be told these kinds of news and no others. What they can't get today stays as it was chosen once."""
    choice, _ = MailChoice.objects.get_or_create(user=person.user)
    offered, chosen = set(kinds_for(person)), set(kinds)
    choice.unwanted = sorted((set(choice.unwanted) - offered) | (offered - chosen))
    choice.save(update_fields=["unwanted"])


# ---- what waits to be told


def waiting_letters(at: gather.Head) -> list[Letter]:
    """Every e-mail that is due now, one a person and at most one more for the scrutineer's week."""
    today, told, unwanted = at.today, _told(at.today), _unwanted()
    facts = [Facts(plan, at) for plan in Plan.objects.current().in_order().select_related("deciding_group")]
    last = dict(Digest.objects.filter(weekly=True).order_by("on").values_list("user_id", "on"))
    had = set(Digest.objects.filter(on=today, weekly=False).values_list("user_id", flat=True))
    asked = _waiting_redactions()
    letters_due = []
    for person in reachable(today):
        user, wants = person.user, set(kinds_for(person)) - unwanted.get(person.user.pk, set())
        if user.pk not in had:
            stories = _of_plans(facts, person, told.get(user.pk, {}), wants)
            stories += _of_the_record(asked, person, told.get(user.pk, {}), wants)
            letters_due += [letters.digest(user, stories)] if stories else []
        if News.WEEKLY in wants and (since := _week_since(last.get(user.pk), today)):
            letters_due.append(letters.weekly(user, at, since))
    return letters_due


def reachable(on: date) -> list[Person]:
    """Everybody with an appointment that day, an account that is open and an address."""
    return [p for p in permissions.appointed(on) if p.user.is_active and p.user.email]


def _of_plans(
    plans: Sequence[Facts],
    person: Person,
    told: Mapping[str, date],
    wants: set[News],
    *,
    reminding: bool = False,
) -> list[Story]:
    """What there is to tell of each plan; where there are several, each story says of which."""
    found = []
    for facts in plans:
        stories = _stories(Desk(facts, person, told, reminding=reminding), wants)
        found += stories if len(plans) == 1 else [s.of(facts.plan.title) for s in stories]
    return found


def _stories(desk: Desk, wants: set[News]) -> list[Story]:
    return [story for kind, tell in TELLS.items() if kind in wants for story in tell(desk)]


def _waiting_redactions() -> list[Redaction]:
    waiting = Redaction.objects.waiting().order_by("pk")
    return list(waiting.select_related("for_post"))


def _of_the_record(
    asked: Iterable[Redaction], person: Person, told: Mapping[str, date], wants: set[News]
) -> list[Story]:
    return list(to_take_out(person, told, asked)) if News.REDACTION in wants else []


def _week_since(last: date | None, today: date) -> date | None:
    """The first day of the week's letter, or None where it was sent: on Monday, else on the first run after it."""
    monday = today - timedelta(days=today.weekday())
    if last is not None and last >= monday:
        return None
    return last or today - timedelta(days=7)


def _told(today: date) -> dict[int, dict[str, date]]:
    """What each person was told, by key, with the last day of its telling."""
    told: dict[int, dict[str, date]] = {}
    remembered = Digest.objects.filter(on__gt=today - REMEMBERED).order_by("on")
    for user, on, keys in remembered.values_list("user_id", "on", "told"):
        told.setdefault(user, {}).update(dict.fromkeys(keys, on))
    return told


def _unwanted() -> dict[int, set[str]]:
    return {user: set(kinds) for user, kinds in MailChoice.objects.values_list("user_id", "unwanted")}


# ---- sending


@dataclass
class Sent:
    """What became of some letters. `failed` has the reason of each, in a sentence."""

    gone: list[Letter] = field(default_factory=list)
    already: list[Letter] = field(default_factory=list)
    failed: list[tuple[Letter, str]] = field(default_factory=list)


def send_all(waiting: Sequence[Letter], on: date) -> Sent:
    """Send each letter once. What fails for one person stops nobody else's, and is tried again by the next run."""
    sent = Sent()
    if not waiting:
        return sent
    connection = get_connection()
    try:
        connection.open()
    except FAILURES as failure:
        connection.close()  # one that was refused is still open
        sent.failed = [(letter, why(failure)) for letter in waiting]
        return sent
    try:
        for letter in waiting:
            try:
                (sent.gone if send(letter, on, connection) else sent.already).append(letter)
            except FAILURES as failure:
                log.warning("an e-mail failed", extra={"user": letter.user.pk, "why": why(failure)})
                sent.failed.append((letter, why(failure)))
    finally:
        connection.close()
    return sent


# ---- the business unit asks


def remind_now(*, meeting: Meeting, plan: Plan, posts: list[Post] | None, by: By) -> list[str]:
    """Send their digest now to the holders and deputies of these posts (None: of all) that have something missing for
    the meeting; at most one a person and day. Answers what became of it, in sentences for the page."""
    if not (settings.EMAIL_IS_SET_UP or settings.EMAIL_IS_SHOWN):
        return [NOT_SET_UP]
    at = gather.head()
    facts = _at_meeting(meeting, plan, at)
    missing = {
        asked.officer.post_id: asked.officer.title
        for asked in agenda.asked_of_posts(facts[0].picture)
        if asked.officer and asked.missing
    }
    titles = missing if posts is None else {post.pk: post.title for post in posts}
    holders = {
        pk: [p for p in reachable(at.today) if p.is_officer and pk in p.post_ids]
        for pk in titles
        if pk in missing
    }
    became = _remind({p.user.pk: p for people in holders.values() for p in people}.values(), facts)
    said: dict[str, list[str]] = {}
    for pk, title in titles.items():
        outcomes = {became[p.user.pk] for p in holders.get(pk, [])}
        outcome = next((o for o in OUTCOMES if o in outcomes), NOBODY if pk in missing else NOTHING)
        said.setdefault(outcome, []).append(title)
    log.info(
        "reminded",
        extra={
            "user": by.user.pk,
            "post": by.post.pk,
            "meeting": meeting.pk,
            "gone": len(said.get(REMINDED, [])),
        },
    )
    sentences = [f"{o}: {', '.join(said[o])}." for o in (*OUTCOMES, NOBODY, NOTHING) if o in said]
    if not titles:
        sentences = ["Everything that is asked for this meeting has been sent: there is nobody to remind."]
    return sentences + ([SHOWN] if settings.EMAIL_IS_SHOWN and REMINDED in said else [])


REMINDED = "Reminded"
ALREADY = "Already had an e-mail today"
UNWANTED = "Chose not to have these e-mails, so copy the reminder instead"
FAILED = "The e-mail could not be sent, so copy the reminder instead"
BEGAN_AFTER = "Began after updates had closed, so nothing was asked of whoever holds"
NOBODY = "Nobody who can be reached by e-mail holds"
NOTHING = "Nothing is missing from"
# A post with a holder and deputies counts as the best that became of any of them.
OUTCOMES = (REMINDED, ALREADY, FAILED, UNWANTED, BEGAN_AFTER)


def _at_meeting(meeting: Meeting, plan: Plan, at: gather.Head) -> list[Facts]:
    """The plans that this meeting decides, the named one first: one e-mail a day tells of them all."""
    beside = Plan.objects.current().filter(deciding_group=meeting.group_id).exclude(pk=plan.pk)
    plans = [plan, *beside.in_order().select_related("deciding_group")]
    return [Facts(each, at, speaks_of=meeting) for each in plans]


def _remind(people: Iterable[Person], plans: Sequence[Facts]) -> dict[int, str]:
    """What became of each person, by account."""
    today = plans[0].today
    told, unwanted = _told(today), _unwanted()
    became, due_now, asked = {}, [], _waiting_redactions()
    for person in people:
        pk = person.user.pk
        wants = set(kinds_for(person)) - unwanted.get(pk, set())
        became[pk] = UNWANTED
        if News.DUE in wants:
            stories = _of_plans(plans, person, told.get(pk, {}), wants, reminding=True)
            if any(story.kind == News.DUE for story in stories):
                stories += _of_the_record(asked, person, told.get(pk, {}), wants)
                due_now.append(letters.digest(person.user, stories))
            else:
                became[pk] = BEGAN_AFTER
    sent = send_all(due_now, today)
    became |= {letter.user.pk: REMINDED for letter in sent.gone}
    became |= {letter.user.pk: ALREADY for letter in sent.already}
    return became | {letter.user.pk: FAILED for letter, _ in sent.failed}
