"""All that two moments of one plan can differ in: what `compare` says of any two pictures, and what a document that
was read knows nothing of, such as who holds a post or what was put off.

What follows from the rest or from the calendar alone (overdue, asked, waits on, a strip of levels) is no change.
"""

from collections.abc import Iterator
from dataclasses import replace

from ..picture import Level, Measure, Officer, Passage, Placed, PlanPicture, Rating, Target
from ..vocabulary import MeasureKind, PlanShape, PlanState, RatingStep, VersionStep, short_name
from ..words import counted, dated, listed
from .change import Change, Kind, because_of, named, said
from .measures import how_measured, measured_otherwise
from .passages import paired


def otherwise(before: PlanPicture, after: PlanPicture, found: tuple[Change, ...]) -> Iterator[Change]:
    """What differs beside the changes that were `found`."""
    yield from _plan(before, after)
    yield from _order_of_key(before, after)
    yield from _order_of_texts(before, after)
    yield from _versions(before, after)
    yield from _measures(before, after, found)
    yield from _officers(before, after)
    yield from _posts(before, after)


# ---- the plan


def _plan(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    for column, verb, was, now in (
        ("state", "is", PlanState(before.state).label.lower(), PlanState(after.state).label.lower()),
        ("shape", "has the shape of", PlanShape(before.shape).label, PlanShape(after.shape).label),
        ("deciding_group_id", "is decided by the", before.deciding_group, after.deciding_group),
        ("ref", "has the reference", before.ref, after.ref),
    ):
        if was != now:
            sentence = f"The plan now {verb} {now}, before {was}."
            yield Change(
                Kind.STANDING, None, "", sentence, name="The plan", was=was, now=now, columns=(column,)
            )


def _order_of_key(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    was, now = [level.code for level in before.key], [level.code for level in after.key]
    both = set(was) & set(now)
    if [code for code in was if code in both] != [code for code in now if code in both]:
        yield Change(
            Kind.KEY,
            None,
            "",
            "The key: its levels stand in another order.",
            row=("level", 0),
            name="The key",
            was=_in_order(before.key),
            now=_in_order(after.key),
            columns=("order",),
        )


def _in_order(key: tuple[Level, ...]) -> str:
    return listed([level.word for level in key])


def _order_of_texts(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    places: dict[Passage, int] = {}
    for number, passage in enumerate(before.passages):
        places.setdefault(passage, number)
    order = [places[was] for was, now in paired(before, after) if was is not None and now is not None]
    if order != sorted(order):
        sentence = "The plan’s texts: they stand in another order."
        yield Change(
            Kind.MOVED, None, "", sentence, row=("passage", 0), name="The plan’s texts", columns=("order",)
        )


def _versions(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Editions that were frozen, and papers that were withdrawn."""
    known = {version.id for version in before.versions}
    for version in after.versions:
        if version.id in known or version.step == VersionStep.REGISTER:
            continue
        verb = {
            VersionStep.AGREED: f"agreed by the {after.decider},",
            VersionStep.WITHDRAWN: "withdrawn,",
        }.get(VersionStep(version.step), "frozen as papers for")
        name = f"Version {version.label}"
        yield Change(
            Kind.VERSION,
            None,
            "",
            f"{name}: {verb} {dated(version.dated)}"
            + (f", saying: {version.changes}" if version.changes else "."),
            row=("version", version.id),
            name=name,
        )


# ---- what is rated


def _measures(before: PlanPicture, after: PlanPicture, found: tuple[Change, ...]) -> Iterator[Change]:
    was = {placed.measure.id: placed for placed in before.placed()}
    said_of = {(change.measure_id, change.kind) for change in found}
    for placed in after.placed():
        old = was.get(placed.measure.id)
        if old is None:
            continue
        kinds = {kind for kind in Kind if (placed.measure.id, kind) in said_of}
        for change in _measure(old.measure, placed, kinds, after.decider):
            yield replace(change, row=("measure", placed.measure.id), name=named(placed))


def _measure(old: Measure, placed: Placed, found: set[Kind], decider: str) -> Iterator[Change]:
    new, ref, name = placed.measure, placed.ref, named(placed)
    if old.kind != new.kind:
        was, now = MeasureKind(old.kind).label, MeasureKind(new.kind).label
        sentence = f"{name}: it is now the {now.lower()}, before {was.lower()}."
        yield Change(Kind.REWORDED, new.id, ref, sentence, was=was, now=now, columns=("kind",))
    # Words that carry their tags say both in one; between two moments each has its own records.
    if how_measured(old) != how_measured(new) and old.text != new.text and old.recurrence == new.recurrence:
        yield measured_otherwise(ref, name, old, new)
    yield from _ratings(ref, name, old, new, found, decider)
    yield from _target(ref, name, old.target, new, found, decider)


def _ratings(
    ref: str, name: str, old: Measure, new: Measure, found: set[Kind], decider: str
) -> Iterator[Change]:
    agreed, again = new.agreed, found.isdisjoint((Kind.LEVEL, Kind.AMENDED))
    if agreed and again and _is_new(old.agreed, agreed):
        when = dated(agreed.meeting_on or agreed.effective_on)
        sentence = f"{name}: {said(agreed.level)} agreed again, on {when}{because_of(agreed.because)}"
        yield Change(
            Kind.AGREED_AGAIN,
            new.id,
            ref,
            sentence,
            old.level,
            agreed.level,
            agreed.because,
            agreed.seq,
        )
    put_off = new.held_over
    if put_off and _is_new(old.held_over, put_off):
        verb = "deferred" if put_off.step == RatingStep.DEFERRED else "not reached"
        when = dated(put_off.meeting_on or put_off.effective_on)
        sentence = f"{name}: {verb} by the {decider} on {when}{because_of(put_off.because)}"
        yield Change(Kind.HELD_OVER, new.id, ref, sentence, because=put_off.because, seq=put_off.seq)
    if new.removed and _is_new(old.removed, new.removed) and Kind.TAKEN_OUT not in found:
        why = because_of(new.removed.because)
        verb = "returned" if new.returned else "taken back"
        sentence = f"{name}: what was sent was {verb} on {dated(new.removed.effective_on)}{why}"
        yield Change(Kind.TAKEN_OUT, new.id, ref, sentence, because=new.removed.because, seq=new.removed.seq)


def _is_new(was: Rating | None, now: Rating) -> bool:
    return was is None or was.id != now.id


def _target(
    ref: str, name: str, was: Target | None, new: Measure, found: set[Kind], decider: str
) -> Iterator[Change]:
    now = new.target
    if was is None or now is None:
        was = was or Target("", "", None, "NONE", "", None, 0, 0)
        now = now or was
    moved = now.moves - was.moves
    if Kind.TARGET not in found and (moved or now.precision != was.precision):
        came_back = f"moved {counted(moved, 'time')}, and is {now.text or 'open'} again"
        sentence = f"{name}: its target {came_back if moved > 0 else 'counts by another day'}."
        yield Change(Kind.TARGET, new.id, ref, sentence, was=was.text, now=now.text)
    if now.asked_id and now.asked_id != was.asked_id:
        sentence = f"{name}: target {now.asked_text} asked for{because_of(now.asked_because)}"
        yield Change(
            Kind.DATE_ASKED,
            new.id,
            ref,
            sentence,
            because=now.asked_because,
            was=now.text,
            now=now.asked_text,
        )
    answer, seen = now.decision, was.decision
    if answer and not answer.agreed and not (seen and seen.seq == answer.seq):
        why = because_of(answer.because)
        sentence = f"{name}: the {decider} did not agree to the target {answer.text}{why}"
        yield Change(
            Kind.DATE_REFUSED,
            new.id,
            ref,
            sentence,
            because=answer.because,
            seq=answer.seq,
        )


# ---- who answers for it


def _officers(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Those that stay and are printed otherwise; who came or went is said of the action."""
    was = {a.id: a for w in before.workstreams for o in w.outcomes for a in o.actions}
    for workstream in after.workstreams:
        for outcome in workstream.outcomes:
            for action in outcome.actions:
                old = was.get(action.id)
                if old is None or [o.printed for o in old.officers] == [o.printed for o in action.officers]:
                    continue
                if _posts_of(old.officers) == _posts_of(action.officers):
                    ref = outcome.ref or workstream.number
                    printed = [listed([o.printed for o in each]) for each in (old.officers, action.officers)]
                    name = f"{ref} {short_name(action.lead or action.text)}".strip()
                    yield Change(
                        Kind.OFFICER,
                        None,
                        ref,
                        f"{name}: its officers are printed as {printed[1]}, before as {printed[0]}.",
                        row=("action", action.id),
                        name=name,
                        was=printed[0],
                        now=printed[1],
                    )


def _posts_of(officers: tuple[Officer, ...]) -> list[tuple[int, str]]:
    return [(officer.post_id, officer.role) for officer in officers]


def _posts(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Who holds the posts that answer for something at both moments, each said once."""
    was = _by_post(before)
    for post_id, new in _by_post(after).items():
        old = was.get(post_id)
        if old is None:
            continue
        row = ("post", post_id)
        if old.title != new.title:
            sentence = f"{new.title}: this post was called {old.title} before."
            yield Change(
                Kind.POST,
                None,
                "",
                sentence,
                row=row,
                name=new.title,
                was=old.title,
                now=new.title,
                columns=("title",),
            )
        if old.also_posts != new.also_posts:
            numbers = [counted(len(each.also_posts), "post") for each in (old, new)]
            sentence = f"{new.title}: it stands for {numbers[1]} now, before for {numbers[0]}."
            yield Change(
                Kind.POST, None, "", sentence, row=row, name=new.title, was=numbers[0], now=numbers[1]
            )
        if (old.holders, old.deputies) != (new.holders, new.deputies):
            names = [_held_by(each) for each in (old, new)]
            sentence = f"{new.title}: held by {names[1]}, before by {names[0]}."
            yield Change(Kind.HOLDER, None, "", sentence, row=row, name=new.title, was=names[0], now=names[1])


def _by_post(picture: PlanPicture) -> dict[int, Officer]:
    officers = (
        o for w in picture.workstreams for outcome in w.outcomes for a in outcome.actions for o in a.officers
    )
    return {officer.post_id: officer for officer in officers}


def _held_by(officer: Officer) -> str:
    said = listed(officer.holders) or "nobody"
    return said + (f", {listed(officer.deputies)} as deputy" if officer.deputies else "")
