"""A pack put together from pictures."""

from collections.abc import Callable, Iterator
from math import ceil

from workstreams.compare import Kind, compare, name_of
from workstreams.picture import (
    Action,
    Measure,
    Outcome,
    Placed,
    PlanPicture,
    Rating,
    Source,
    Target,
    VersionRow,
)
from workstreams.vocabulary import (
    NO_CHANGE,
    ImpactStep,
    PassageKind,
    RatingStep,
    Tag,
    Token,
    VersionStep,
    short_name,
)

from .parts import Block, Line, Pack, Part, Said, Section

# An outcome of more measures than this is divided: a group that no page break may cut must fit a page.
TOGETHER = 6
NAME_LENGTH = 120  # of a measure in a list: two lines

IMPACT_WORDS = {
    ImpactStep.REPORTED: "Reported",
    ImpactStep.ACCEPTED: "Accepted",
    ImpactStep.NOT_ACCEPTED: "Not accepted",
}


def standing_of(version: VersionRow, deciding_group: str) -> str:
    """How a frozen version stands, as the cover says it."""
    day = f"{version.dated:%-d %B %Y}"
    if version.step == VersionStep.AGREED:
        return f"Version {version.label}, agreed by the {deciding_group} on {day}"
    return f"Version {version.label}, papers for the {deciding_group} on {day}, with provisional ratings"


def standing_now(picture: PlanPicture) -> str:
    """How the plan stands between versions."""
    agreed = picture.agreed_version
    since = f" since version {agreed.label}" if agreed else ", no version agreed yet"
    provisional = any(m.proposal for m in picture.measures)
    return f"Working draft{since}" + (", with provisional ratings" if provisional else "")


def pack_of(
    picture: PlanPicture,
    compared_with: PlanPicture | None,
    *,
    partnership: str,
    standing: str,
    edition: str = "working draft",
    agreed: bool = False,
) -> Pack:
    """Everything that a report of this picture prints.

    Both pictures must have been `seen_by` the same reader. `agreed` says that the picture is what the Executive
    agreed: anything else is marked provisional on every page.
    """
    placed = tuple(picture.placed())
    lines = {p.measure.id: _line(p) for p in placed}

    def chosen(keep: Callable[[Measure, Line], object]) -> tuple[Line, ...]:
        return tuple(lines[p.measure.id] for p in placed if keep(p.measure, lines[p.measure.id]))

    changes = compare(compared_with, picture) if compared_with else ()
    unchanged = [c for c in changes if c.kind == Kind.PROPOSED and c.level_before == c.level_after]
    before = compared_with.agreed_version if compared_with else None
    return Pack(
        partnership=partnership,
        ref=picture.ref,
        title=picture.title,
        workstream_word=picture.workstream_word,
        deciding_group=picture.deciding_group,
        standing=standing,
        edition=edition,
        agreed=agreed,
        partial=any(m.updated is None for m in picture.measures),
        on=picture.on,
        seq=picture.seq,
        hash=picture.hash,
        next_meeting_on=picture.next_meeting.held_on if picture.next_meeting else None,
        last_meeting_on=picture.last_meeting.held_on if picture.last_meeting else None,
        key=picture.key,
        tag_key=tuple((p.heading, p.body) for p in picture.passages_of(PassageKind.TAG_KEY)),
        counts=picture.counts(),
        compared_with=f"version {before.label} ({before.dated:%-d %B %Y})" if before else "",
        changes=tuple(c for c in changes if c not in unchanged),
        unchanged=len(unchanged),
        red=chosen(lambda _, line: Token.RED in _tokens(line)),
        overdue=tuple(sorted(chosen(lambda m, _: m.is_overdue), key=lambda line: -line.overdue_days)),
        not_updated=chosen(lambda m, _: m.not_updated),
        without_plan=chosen(lambda m, line: m.updated is not None and _lacks_recovery_plan(line)),
        not_accepted=chosen(lambda m, _: m.is_complete and not (m.impact and m.impact.accepted)),
        proposed=chosen(lambda _, line: line.proposed),
        amended=chosen(lambda _, line: line.was_amended),
        dates_asked=chosen(lambda _, line: line.asked_target),
        sections=tuple(
            Section(
                w.number,
                w.title,
                w.aim,
                picture.counts(w.measures),
                tuple(block for outcome in w.outcomes for block in _blocks(outcome, lines)),
            )
            for w in picture.workstreams
        ),
        versions=picture.versions,
    )


def _tokens(line: Line) -> set[str]:
    return {said.level.token for said in (line.agreed, line.proposed) if said and said.level}


def _lacks_recovery_plan(line: Line) -> bool:
    """Amber now (or proposed) without a plan. "No change" leaves the plan standing that was given before it."""
    now = line.proposed or line.agreed
    if now is None or now.level is None or now.level.token != Token.AMBER or line.latest is None:
        return False
    return not line.latest.recovery_plan.strip() and line.latest.words != NO_CHANGE


def _line(placed: Placed) -> Line:
    measure, target = placed.measure, placed.measure.target or Target("", "", None, "NONE", "", None, 0, 0)
    impact = measure.impact
    return Line(
        measure_id=measure.id,
        workstream=placed.workstream.number,
        ref=placed.outcome.ref,
        name=name_of(placed, NAME_LENGTH),
        text=measure.text or short_name(placed.action.text),
        tags=tuple(f"M{measure.milestone}" if tag == Tag.MILESTONE else tag for tag in measure.tags),
        officers=_officers(placed.action),
        target=target.text,
        target_note=target.note,
        target_first=target.first_text if target.moves else "",
        asked_target=target.asked_text,
        asked_because=target.asked_because,
        due_on=target.due_on,
        overdue_days=measure.overdue_days,
        agreed=_said(measure.agreed),
        answered=_said(measure.proposed),
        proposed=_said(measure.proposal),
        held_over=_held_over(measure.held_over),
        impact=(
            f"{IMPACT_WORDS[ImpactStep(impact.step)]} {impact.meeting_on:%-d %B %Y}"
            if impact
            else "Not yet reported"
        ),
        impact_seq=impact.seq if impact else 0,
        not_updated=measure.not_updated,
    )


def _said(rating: Rating | None) -> Said | None:
    if rating is None:
        return None
    return Said(
        rating.level,
        rating.meeting_on or rating.effective_on if rating.step == RatingStep.AGREED else rating.effective_on,
        rating.signed,
        rating.words,
        rating.recovery_plan,
        rating.risk_note,
        rating.because,
        rating.seq,
    )


def _held_over(rating: Rating | None) -> str:
    if rating is None:
        return ""
    verb = "Deferred" if rating.step == RatingStep.DEFERRED else "Not reached"
    on = rating.meeting_on or rating.effective_on
    return f"{verb} on {on:%-d %B %Y}" + (f": {rating.because}" if rating.because else "")


def _officers(action: Action) -> tuple[str, ...]:
    return tuple(o.printed or o.title for o in action.officers)


def _printed(sources: tuple[Source, ...]) -> str:
    return ", ".join(source.printed for source in sources)


def _blocks(outcome: Outcome, lines: dict[int, Line]) -> Iterator[Block]:
    """The outcome in groups of at most TOGETHER measures, of nearly equal size."""
    size = ceil(len(outcome.measures) / max(1, ceil(len(outcome.measures) / TOGETHER))) or 1
    parts: list[Part] = []
    room, continued = size, False

    def block() -> Block:
        return Block(
            outcome.ref,
            outcome.statement,
            outcome.evidence_note,
            _printed(outcome.sources),
            continued,
            tuple(parts),
        )

    for action in outcome.actions:
        rest = tuple(lines[m.id] for m in action.measures)
        begun = False
        while rest or not begun:
            if room <= 0 and rest:
                yield block()
                parts, room, continued = [], size, True
            parts.append(
                Part(
                    action.lead,
                    action.bullets,
                    action.reporting_duty,
                    _printed(action.sources),
                    _officers(action),
                    begun,
                    rest[:room],
                )
            )
            room, rest, begun = room - max(1, len(rest[:room])), rest[room:], True
    if not parts and not continued:
        parts.append(Part("", (), "", "", (), False, ()))
    yield block()
