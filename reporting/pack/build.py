"""A pack put together from pictures."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from math import ceil

from workstreams.compare import Kind, compare, name_of
from workstreams.picture import (
    Action,
    Highlights,
    Measure,
    Meeting,
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
    PackKind,
    PassageKind,
    RatingStep,
    Recurrence,
    Tag,
    Token,
    VersionStep,
    short_name,
)

from .challenges import to_report
from .contents import EVERYTHING
from .news import news
from .parts import Addendum, Block, Highlight, Late, Line, Pack, Part, Said, Section

# An outcome of more measures than this is divided: a group that no page break may cut must fit a page.
TOGETHER = 6
NAME_LENGTH = 120  # of a measure in a list: two lines


def standing_of(version: VersionRow, deciding_group: str, *, addendum: bool = False) -> str:
    """How a frozen version stands, as the cover says it."""
    day = f"{version.dated:%-d %B %Y}"
    if version.step == VersionStep.AGREED:
        return f"Version {version.label}, agreed by the {deciding_group} on {day}"
    papers = "addendum to the papers" if addendum else "papers"
    return f"Version {version.label}, {papers} for the {deciding_group} on {day}, with provisional ratings"


def standing_now(picture: PlanPicture) -> str:
    """How the plan stands between versions."""
    agreed = picture.agreed_version
    since = f" since version {agreed.label}" if agreed else ", no version agreed yet"
    provisional = any(m.proposal for m in picture.measures)
    return f"Working draft{since}" + (", with provisional ratings" if provisional else "")


def standing_then(picture: PlanPicture) -> str:
    """How the plan stood between versions, at a moment of the past."""
    now = standing_now(picture)
    return f"As at {picture.on:%-d %B %Y}: {now[0].lower()}{now[1:]}"


def pack_of(
    picture: PlanPicture,
    compared_with: PlanPicture | None,
    *,
    partnership: str,
    standing: str,
    edition: str = "working draft",
    agreed: bool = False,
    kind: str = "",
    contents: Iterable[str] = EVERYTHING,
    moment: str = "",
) -> Pack:
    """Everything that a report of this picture prints.

    Both pictures must have been `seen_by` the same reader. `agreed` says that the picture is what the Executive
    agreed: anything else is marked provisional on every page. `contents` are the parts that are printed.
    `moment` is what an address names it by: its row alone for a frozen version, else its row on its day, because what
    is overdue is counted from the day.
    """
    placed = tuple(picture.placed())
    lines = {p.measure.id: _line(p, picture.next_meeting) for p in placed}
    public = kind == PackKind.PUBLISHED

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
        kind=kind,
        contents=tuple(str(content) for content in contents),
        agreed=agreed,
        partial=not public and any(m.updated is None for m in picture.measures),
        on=picture.on,
        seq=picture.seq,
        hash=picture.hash,
        moment=moment or f"{picture.seq}-{picture.on.isoformat()}",
        next_meeting_on=picture.next_meeting.held_on if picture.next_meeting else None,
        last_meeting_on=picture.last_meeting.held_on if picture.last_meeting else None,
        key=picture.key,
        tag_key=tuple((p.heading, p.body) for p in picture.passages_of(PassageKind.TAG_KEY)),
        counts=picture.counts(),
        compared_with=f"version {before.label} ({before.dated:%-d %B %Y})" if before else "",
        news=news(changes, picture.key, picture.deciding_group) if compared_with else (),
        changes=tuple(c for c in changes if c not in unchanged),
        unchanged=len(unchanged),
        red=chosen(lambda _, line: Token.RED in _tokens(line)),
        recovering=chosen(lambda _, line: Token.AMBER in _tokens(line) and _recovers(line)),
        overdue=tuple(sorted(chosen(lambda m, _: m.is_overdue), key=lambda line: -line.overdue_days)),
        not_updated=chosen(lambda m, _: m.not_updated),
        without_plan=chosen(lambda m, line: m.updated is not None and _lacks_recovery_plan(line)),
        not_accepted=chosen(lambda m, _: m.owes_impact),
        proposed=chosen(lambda _, line: line.proposed),
        amended=chosen(lambda _, line: line.was_amended),
        put_off=chosen(lambda m, _: agreed and _put_off(m)),
        dates_asked=chosen(lambda _, line: line.asked_target),
        impact_asked=chosen(lambda _, line: line.impact_waits),
        slipped=tuple(sorted(chosen(lambda _, line: line.moves), key=lambda line: -line.months)),
        recurring=chosen(lambda _, line: line.recurs),
        challenges=to_report(picture),
        highlights=tuple(_highlight(h) for h in picture.highlights),
        sections=tuple(
            Section(
                w.number,
                w.title,
                w.aim,
                picture.counts(w.measures),
                tuple(block for outcome in w.rows for block in _blocks(outcome, lines)),
                tuple(_expected(outcome) for outcome in w.expected),
            )
            for w in picture.workstreams
        ),
        versions=_agreed_alone(picture.versions) if public else picture.versions,
        heads=picture.heads,
    )


def addendum_of(
    papers: PlanPicture, picture: PlanPicture, *, partnership: str, standing: str, edition: str
) -> Addendum:
    """What this picture shows beside the papers that went before it. Both are whole."""
    pack = pack_of(
        picture,
        papers,
        partnership=partnership,
        standing=standing,
        edition=edition,
        kind=PackKind.ADDENDUM,
        moment=str(picture.seq),
    )
    issued = {m.id: m.proposal for m in papers.measures}
    shown = {proposal.id for proposal in issued.values() if proposal}
    sent = {m.id for m in picture.measures if m.proposal and m.proposal.id not in shown}
    asked = {m.target.asked_id for m in papers.measures if m.target}
    dated = {m.id for m in picture.measures if m.target and m.target.asked_id not in asked} - sent
    label = papers.versions[-1].label
    whole = {f.name: getattr(pack, f.name) for f in fields(Pack)} | {
        "compared_with": f"the papers, version {label}",
        "changes": tuple(c for c in pack.changes if not c.is_proposal),
        "dates_asked": tuple(line for line in pack.dates_asked if line.measure_id in dated),
        "contents": (),
    }
    late = tuple(
        Late(line, _said(issued.get(line.measure_id))) for line in pack.lines if line.measure_id in sent
    )
    return Addendum(**whole, papers=label, late=late)


def _agreed_alone(versions: Iterable[VersionRow]) -> tuple[VersionRow, ...]:
    return tuple(replace(v, editors="") for v in versions if v.step == VersionStep.AGREED)


def _highlight(said: Highlights) -> Highlight:
    every = (
        ("Key updates and impacts", said.key_updates),
        ("Risks", said.risks),
        ("Mitigating actions", said.mitigating_actions),
        ("Achievements", said.achievements),
    )
    return Highlight(said.group, said.post, tuple((label, words) for label, words in every if words))


def _tokens(line: Line) -> set[str]:
    return {said.level.token for said in (line.agreed, line.proposed) if said and said.level}


def _recovers(line: Line) -> bool:
    return line.latest is not None and bool(line.latest.recovery_plan.strip())


def _lacks_recovery_plan(line: Line) -> bool:
    """Amber now (or proposed) without a plan. "No change" leaves the plan standing that was given before it."""
    now = line.proposed or line.agreed
    if now is None or now.level is None or now.level.token != Token.AMBER or line.latest is None:
        return False
    return not line.latest.recovery_plan.strip() and line.latest.words != NO_CHANGE


def _line(placed: Placed, meeting: Meeting | None) -> Line:
    measure, target = placed.measure, placed.measure.target or Target("", "", None, "NONE", "", None, 0, 0)
    impact = measure.impact
    return Line(
        measure_id=measure.id,
        workstream=placed.workstream.number,
        ref=placed.ref,
        name=name_of(placed, NAME_LENGTH),
        text=measure.text or short_name(placed.action.text, NAME_LENGTH),
        tags=tuple(f"M{measure.milestone}" if tag == Tag.MILESTONE else tag for tag in measure.tags),
        officers=_officers(placed.action),
        target=target.text,
        target_note=target.note,
        target_first=target.first_text if target.moves else "",
        moves=target.moves,
        months=target.months,
        asked_target=target.asked_text,
        asked_because=target.asked_because,
        due_on=target.due_on,
        overdue_days=measure.overdue_days,
        agreed=_said(measure.agreed),
        answered=_said(measure.proposed, late=_after_papers(measure.proposed, meeting)),
        proposed=_said(measure.proposal, late=measure.sent_late),
        held_over=_held_over(measure.held_over or _put_off(measure)),
        impact=(
            f"{ImpactStep(impact.step).label}{' for' if impact.waits else ''} {impact.meeting_on:%-d %B %Y}"
            if impact
            else "Not yet reported"
        ),
        impact_words=impact.reported or impact.text if impact else "",
        impact_waits=impact is not None and impact.waits,
        impact_seq=impact.seq if impact else 0,
        recurs=_recurs(measure),
        period=measure.period.full_name if measure.period else "",
        missed=tuple(period.name for period in measure.missed),
        by_period=measure.by_period,
        asked=measure.asked,
        not_updated=measure.not_updated,
        progress="" if measure.text else measure.said or placed.action.progress_note,
    )


def _recurs(measure: Measure) -> str:
    return Recurrence(measure.recurrence).label if measure.recurring or measure.is_rolling else ""


def _after_papers(rating: Rating | None, meeting: Meeting | None) -> bool:
    """Whether this was sent for that meeting when its papers were out."""
    return bool(
        rating
        and meeting
        and meeting.papers_at
        and rating.meeting_id == meeting.id
        and rating.at > meeting.papers_at
    )


def _said(rating: Rating | None, *, late: bool = False) -> Said | None:
    if rating is None:
        return None
    return Said(
        rating.level,
        rating.meeting_on or rating.effective_on if rating.step == RatingStep.AGREED else rating.effective_on,
        rating.sent_by,
        rating.words,
        rating.recovery_plan,
        rating.risk_note,
        rating.because,
        rating.seq,
        late,
        tuple(f"{figure.name} {figure.words}".strip() for figure in rating.figures),
    )


def _put_off(measure: Measure) -> Rating | None:
    """What the picture's meeting decided of the rating, where it did not agree one."""
    decision = measure.decision
    return decision if decision and decision.step != RatingStep.AGREED else None


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


def _expected(outcome: Outcome) -> str:
    """ "4.1 Children are seen alone (JTAI 2)": an expected outcome as one line of a list."""
    cited = _printed(outcome.sources)
    said = f"{outcome.ref} {outcome.statement}".strip() + (f" ({cited})" if cited else "")
    return f"{said}. {outcome.evidence_note}" if outcome.evidence_note else said


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
            outcome.is_unnamed,
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
                    "" if action.measures else action.progress_note,
                )
            )
            room, rest, begun = room - max(1, len(rest[:room])), rest[room:], True
    if not parts and not continued:
        parts.append(Part("", (), "", "", (), False, ()))
    yield block()
