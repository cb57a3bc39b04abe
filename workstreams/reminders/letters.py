"""The e-mails themselves, as plain text: a person's digest, and the scrutineer's weekly letter with the anchor."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from .. import gather, history, life, permissions
from ..life import Act, Standing
from ..models import Ledger, Post, Rating, User
from ..vocabulary import News, PostKind
from ..words import counted, dated
from .news import Story

COUNTED = {
    News.RETURNED: ("update returned", "updates returned"),
    News.DUE: ("update to send", "updates to send"),
    News.OVERDUE: ("target passed", "targets passed"),
    News.DECIDED: ("answer from the Executive", "answers from the Executive"),
    News.CHALLENGED: ("challenge", "challenges"),
    News.REDACTION: ("request to take words out", "requests to take words out"),
}

# What an e-mail is about that speaks of nobody's measures: the first that all its kinds of news belong to.
ABOUT = (
    ("The record", {News.REDACTION}),
    ("The scrutineer’s questions", {News.CHALLENGED}),
    ("Waiting for you", {News.CHALLENGED, News.REDACTION}),
)


@dataclass(frozen=True)
class Letter:
    """One e-mail to one person, and what their digest remembers of it."""

    user: User
    subject: str
    text: str
    told: tuple[str, ...] = ()
    weekly: bool = False


def absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def digest(user: User, stories: list[Story]) -> Letter:
    """All the news of one person. The subject counts it."""
    numbers: Counter[News] = Counter()
    for story in stories:
        numbers[story.kind] += len(story.items)
    counts = ", ".join(counted(number, *COUNTED[kind]) for kind, number in numbers.items())
    text = _text("digest", user, {"stories": stories})
    of = next((words for words, kinds in ABOUT if numbers.keys() <= kinds), "Your measures")
    return Letter(user, f"{of}: {counts}", text, tuple(key for s in stories for key in s.keys))


def weekly(user: User, at: gather.Head, since: date) -> Letter:
    """What was recorded from `since` until yesterday, in numbers, and the newest record with its hash."""
    until = at.today - timedelta(days=1)
    asked = urlencode({"since": since.isoformat(), "until": until.isoformat()})
    reader = permissions.reader(permissions.person(user, at.today))
    rows = history.visible(Ledger.objects.all(), reader)
    records = history.chosen(rows, history.Chosen(since=since, until=until)).count()
    numbers = week(since, until)
    text = _text(
        "weekly",
        user,
        {
            "since": dated(since),
            "until": dated(until),
            "records": counted(records, "change was", "changes were"),
            "proposed": numbers[Standing.SENT],
            "decided": numbers[Standing.AGREED] + numbers[Standing.AMENDED],
            "amended": numbers[Standing.AMENDED],
            "deferred": numbers[Standing.DEFERRED],
            "not_reached": numbers[Standing.NOT_REACHED],
            "returned": numbers[Standing.RETURNED],
            "withdrawn": numbers[Standing.WITHDRAWN],
            "corrected": numbers[Act.CORRECT],
            "history": f"{reverse('workstreams:history-page')}?{asked}",
            "seq": at.seq,
            "hash": at.hash,
            "record": reverse("workstreams:record-page", args=[at.seq]),
        },
    )
    return Letter(user, f"History of the plan up to record {at.seq}", text, weekly=True)


def week(since: date, until: date) -> Counter[Standing | Act]:
    """How many ratings were proposed, decided, returned … on these days: where each step left its update. What was
    corrected is counted apart: another update may stand by then."""
    begins, ends = _midnight(since), _midnight(until + timedelta(days=1))
    unit = set(Post.objects.filter(kind=PostKind.BUSINESS_UNIT).values_list("pk", flat=True))
    moved = Rating.objects.filter(at__gte=begins, at__lt=ends).values("measure_id")
    steps: dict[int, list[life.Row]] = {}
    numbers: Counter[Standing | Act] = Counter()
    for step in Rating.objects.filter(measure_id__in=moved, at__lt=ends).order_by("pk").values():
        before = steps.setdefault(step["measure_id"], [])
        before.append(dict(step))
        if step["at"] >= begins:
            numbers[life.where(before, None, unit) if step["corrects_id"] is None else Act.CORRECT] += 1
    return numbers


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time()))


def _text(name: str, user: User, context: dict[str, object]) -> str:
    frame = {
        "name": " ".join(user.name.split()),
        "site": settings.SITE_URL,
        "choices": reverse("workstreams:mail-choices-page"),
    }
    return render_to_string(f"workstreams/email/{name}.txt", context | frame).strip() + "\n"
