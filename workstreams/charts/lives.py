"""One measure's life on one axis of time: proposed and agreed, target, impact, what was asked, its words and place.

Each record of the history is one mark. Lengths across are percentages, as in every drawing as wide as its page; marks
that would touch on a page of the least width lie on lines below one another.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Protocol

from ..picture import Level
from ..vocabulary import ChallengeStep, ImpactStep, RatingStep, TargetStep, Token
from ..words import listed
from .fluid import BRAND, PAPER, percent
from .marks import SHAPES, colours, letter
from .svg import INK, Svg, number, text

PHONE, PAGE = 270.0, 680.0  # the least widths, in letters' units, of the two drawings
EDGE = 5.0  # percent left free at both ends
MARK, LINE, NAME = 26.0, 34.0, 22.0  # across a mark, from one line of marks to the next, a lane's name
DAY_WIDTH = 84.0  # of "28 Sep 2023"
SHORTEST = timedelta(days=60)
MONTHS = (1, 2, 3, 6, 12, 24, 60)  # between two words of the axis


class Point(Protocol):
    """What a drawing needs of one entry of the history."""

    @property
    def seq(self) -> int: ...
    @property
    def on(self) -> date: ...
    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def now_level(self) -> Level | None: ...
    @property
    def struck(self) -> bool: ...
    @property
    def amended(self) -> bool: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def meeting_on(self) -> date | None: ...
    @property
    def thread(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Life:
    """The same life as wide as a page and as narrow as a phone, and what it says in words."""

    wide: Svg
    narrow: Svg
    words: str


def life_of(name: str, points: Iterable[Point], today: date) -> Life | None:
    """The life of the measure of this name; None where nothing is known of it."""
    ordered = sorted(points, key=lambda point: (point.on, point.seq))
    if not ordered:
        return None
    title, words = f"The life of {name}", _words(ordered)
    wide, narrow = (_Drawing(ordered, today, width).svg(title, words) for width in (PAGE, PHONE))
    return Life(wide, narrow, words)


PROPOSED = (RatingStep.PROVISIONAL, RatingStep.REMOVED)
ASKED = (TargetStep.ASKED, ImpactStep.REPORTED)
REFUSED = (RatingStep.REMOVED, TargetStep.REFUSED, ImpactStep.NOT_ACCEPTED)

# Each lane with the entries that stand in it. What is of no other kind changed the measure itself.
LANES: tuple[tuple[str, Callable[[Point], bool]], ...] = (
    ("Proposed", lambda p: p.kind == "RATING" and p.step in PROPOSED),
    ("Agreed", lambda p: p.kind == "RATING" and p.step not in PROPOSED),
    ("Target", lambda p: p.kind == "TARGET"),
    ("Impact", lambda p: p.kind == "IMPACT"),
    ("Challenges", lambda p: p.kind == "CHALLENGE"),
    ("Words and place", lambda p: p.kind not in ("RATING", "TARGET", "IMPACT", "CHALLENGE")),
)


def _words(points: Sequence[Point]) -> str:
    """ "From 1 April 2023 to 24 November 2023: proposed 3, agreed 2, target 1." """
    lanes = Counter(name for point in points for name, holds in LANES if holds(point))
    said = listed([f"{name.lower()} {lanes[name]}" for name, _ in LANES if lanes[name]])
    return f"From {points[0].on:%-d %B %Y} to {points[-1].on:%-d %B %Y}, records by lane: {said}."


def packed(stretches: Iterable[tuple[float, float]]) -> list[int]:
    """On which line each of these stretches lies, in order of their beginnings, so that no two touch."""
    ends: list[float] = []
    lines = []
    for start, end in stretches:
        line = next((i for i, free in enumerate(ends) if free <= start), len(ends))
        ends[line : line + 1] = [end]
        lines.append(line)
    return lines


class _Drawing:
    def __init__(self, points: Sequence[Point], today: date, width: float) -> None:
        self.points, self.today, self.width = points, today, width
        days = [today, *(point.on for point in points)]
        self.first = min(days)
        self.span = max(max(days) - self.first, SHORTEST)
        # A target far away would press everything else together: it then stands at the edge.
        last = self.first + self.span
        near = [p.due_on for p in points if p.due_on and abs(p.due_on - self.first) <= 2 * self.span]
        self.first = min([self.first, *near])
        self.span = max([last, *near]) - self.first
        self.drawn: list[str] = []
        self.y = 0.0

    def x(self, day: date) -> float:
        share = min(max((day - self.first) / self.span, 0), 1)
        return EDGE + share * (100 - 2 * EDGE)

    def wide(self, length: float) -> float:
        """A length in percent of the least width."""
        return length * 100 / self.width

    def svg(self, title: str, words: str) -> Svg:
        self.y = top = 44.0
        for name, holds in LANES:
            if points := [point for point in self.points if holds(point)]:
                self.lane(name, points)
        head = self.upright(top)
        foot = self.axis()
        return Svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{number(self.y)}">'
            f"<title>{escape(title)}</title><desc>{escape(words)}</desc>{head}{''.join(self.drawn)}{foot}</svg>"
        )

    # ---- across all lanes

    def upright(self, top: float) -> str:
        """Meetings and today as lines behind everything, each named where there is room."""
        days = sorted({point.meeting_on for point in self.points if point.meeting_on})
        shown = [day for day in days if self.first <= day <= self.first + self.span]
        lines = [self.vertical(day, top - 8, "axis", "#b9a9c7", 1) for day in shown]
        lines.append(self.vertical(self.today, top - 26, "today", BRAND, 2))
        half = self.wide(24)
        now = self.x(self.today)
        lines.append(text(percent(min(max(now, half), 100 - half)), top - 32, "Today", INK, middle=True))
        free = 101.0
        for day in reversed(shown):  # the newest first: of two that touch it is named
            x = self.x(day)
            if abs(x - now) < half:  # beside the line of today, not across it
                x = now - half if day <= self.today else now + half
            if x + half < free and half <= x <= 100 - half:
                lines.append(text(percent(x), top - 12, f"{day:%-d %b}", INK, middle=True))
                free = x - half
        return "".join(lines)

    def vertical(self, day: date, top: float, name: str, colour: str, width: float) -> str:
        x = percent(self.x(day))
        return (
            f'<line x1="{x}" y1="{number(top)}" x2="{x}" y2="{number(self.y)}" class="{name}" stroke="{colour}"'
            f' stroke-width="{number(width)}"/>'
        )

    def axis(self) -> str:
        """Months below everything, so many that their words stand apart."""
        room = max(int(self.width / 62), 2)
        months = self.span.days / 30.4
        step = next((step for step in MONTHS if months / step <= room), MONTHS[-1])
        y = self.y
        drawn = [f'<line x1="0" y1="{number(y)}" x2="100%" y2="{number(y)}" class="way" stroke="{INK}"/>']
        ticks = self.ticks(step) or [self.first]
        year = 0
        for day in ticks:
            x = percent(self.x(day))
            drawn.append(
                f'<line x1="{x}" y1="{number(y)}" x2="{x}" y2="{number(y + 6)}" class="way" stroke="{INK}"/>'
            )
            drawn.append(text(x, y + 22, f"{day:%b}" if day.day == 1 else f"{day:%-d %b}", INK, middle=True))
            if day.year != year:
                year = day.year
                drawn.append(text(x, y + 39, str(year), INK, middle=True))
        self.y += 46
        return "".join(drawn)

    def ticks(self, step: int) -> list[date]:
        found = []
        month = self.first.year * 12 + self.first.month  # the first month that begins on this axis
        while (day := date(month // 12, month % 12 + 1, 1)) <= self.first + self.span:
            if (day.month - 1) % min(step, 12) == 0 and (step <= 12 or day.year % (step // 12) == 0):
                found.append(day)
            month += 1
        return found

    # ---- lanes

    def lane(self, name: str, points: Sequence[Point]) -> None:
        self.drawn.append(text(0, self.y + 15, name, INK, bold=True, extra='class="lane"'))
        self.y += NAME
        if name == "Challenges":
            self.challenges(points)
            return
        if name == "Agreed":
            self.in_force(points)
        self.marks(points)
        if name == "Target":
            self.dues(points)

    def marks(self, points: Sequence[Point]) -> None:
        half = self.wide(MARK) / 2
        lines = packed((self.x(p.on) - half, self.x(p.on) + half) for p in points)
        for point, line in zip(points, lines, strict=True):
            self.drawn.append(self.mark(point, self.x(point.on), self.y + line * LINE + LINE / 2))
        self.y += (max(lines) + 1) * LINE

    def in_force(self, points: Sequence[Point]) -> None:
        """Which level stood from one decision to the next, as a line in its colour under the marks' first line."""
        stood = [p for p in points if p.step == RatingStep.AGREED and not p.struck]
        ends = [*(p.on for p in stood), self.today][1:]
        for point, end in zip(stood, ends, strict=True):
            tone = colours(point.now_level)
            a, b = self.x(point.on), max(self.x(end), self.x(point.on))
            self.drawn.append(
                f'<rect x="{percent(a)}" y="{number(self.y + LINE / 2 - 4)}" width="{percent(b - a)}" height="8"'
                f' class="{_class(point.now_level)} stood" fill="{tone.solid}" stroke="{tone.edge}"/>'
            )

    def dues(self, points: Sequence[Point]) -> None:
        """Where the target stood, from its first day (a ring) to its present one (a block)."""
        stood = [p.due_on for p in points if p.due_on and p.step in (TargetStep.SET, TargetStep.AGREED)]
        if not stood:
            return
        y = self.y + 8
        days = sorted({stood[0], *stood})
        self.drawn.append(self.horizontal(days[0], days[-1], y))
        for day in days:
            if day != stood[-1]:
                self.drawn.append(
                    f'<circle cx="{percent(self.x(day))}" cy="{number(y)}" r="5.5" class="first" fill="{PAPER}"'
                    f' stroke="{INK}" stroke-width="2.5"/>'
                )
        self.drawn.append(
            f'<rect x="{percent(self.x(stood[-1]))}" y="{number(y - 6)}" width="12" height="12"'
            f' transform="translate(-6)" class="now" fill="{INK}"/>'
        )
        taken: list[tuple[float, float]] = []
        half = self.wide(DAY_WIDTH) / 2
        for day in dict.fromkeys([stood[-1], stood[0], *reversed(stood)]):
            middle = min(max(self.x(day), half), 100 - half)
            if all(middle - half >= b or middle + half <= a for a, b in taken):
                taken.append((middle - half, middle + half))
                self.drawn.append(text(percent(middle), y + 23, f"{day:%-d %b %Y}", INK, middle=True))
        self.y += 40

    def horizontal(self, start: date, end: date, y: float, name: str = "way") -> str:
        return (
            f'<line x1="{percent(self.x(start))}" y1="{number(y)}" x2="{percent(self.x(end))}" y2="{number(y)}"'
            f' class="{name}" stroke="{INK}" stroke-width="3"/>'
        )

    def challenges(self, points: Sequence[Point]) -> None:
        """Each on lines of its own, from the day it was raised to the day it was closed, or on to today."""
        threads: dict[int | None, list[Point]] = {}
        for point in points:
            threads.setdefault(point.thread, []).append(point)
        for steps in threads.values():
            closed = any(step.step == ChallengeStep.CLOSED for step in steps)
            start, end = (
                percent(self.x(day)) for day in (steps[0].on, steps[-1].on if closed else self.today)
            )
            dashes = "" if closed else ' stroke-dasharray="6 4"'
            y = number(self.y + LINE / 2)
            self.drawn.append(
                f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y}" class="way" stroke="{BRAND}" stroke-width="3"'
                f"{dashes}/>"
            )
            self.marks(steps)

    # ---- one record

    def mark(self, point: Point, x: float, y: float) -> str:
        """The mark of one record, around a middle: a rating's shape and letter, or a sign for what was done."""
        sign = _rating(point) if point.kind == "RATING" and point.now_level else _sign(point)
        if point.amended:
            sign += (
                '<rect x="-15" y="-15" width="30" height="30" rx="5" class="ring" fill="none"'
                f' stroke="{INK}" stroke-width="2"/>'
            )
        if point.struck:
            sign += (
                f'<path d="M-13 13 13 -13" class="casing" stroke="{PAPER}" stroke-width="6"/>'
                f'<path d="M-13 13 13 -13" class="struck" stroke="{INK}" stroke-width="2.5"/>'
            )
        said = f"Record {point.seq}, {point.on:%-d %B %Y}: {point.heading}{', corrected since' if point.struck else ''}"
        return (
            f'<svg x="{percent(x)}" y="{number(y)}" width="1" height="1" overflow="visible" class="record">'
            f"<title>{escape(said)}</title>{sign}</svg>"
        )


def _class(level: Level | None) -> str:
    return f"brag--{level.token.lower() if level else 'grey'}"


def _rating(point: Point) -> str:
    """Shape, letter and colour of a level: dashed and white where it is only proposed."""
    level = point.now_level
    assert level is not None
    tone, name = colours(level), _class(level)
    token = Token(level.token)
    paint = (
        f'fill="{tone.solid}" stroke="{tone.edge if token == Token.AMBER else tone.solid}" stroke-width="2"'
    )
    on = f"{name} on"
    if point.step == RatingStep.PROVISIONAL:
        paint = f'fill="{PAPER}" stroke="{tone.edge}" stroke-width="2.5" stroke-dasharray="5 3"'
        name, on = f"{name} provisional", f"{name} provisional on"
    shape = f'<g transform="translate(-13 -13) scale(.8125)" class="{name}" {paint}>{SHAPES[token]}</g>'
    fill = tone.text if point.step == RatingStep.PROVISIONAL else tone.on
    low = 8.5 if token == Token.AMBER else 5
    return shape + text(0, low, letter(level), fill, middle=True, bold=True, extra=f'class="{on}"')


def _sign(point: Point) -> str:
    """Filled where it is done, open and dashed where it was only asked, crossed out where it was refused."""
    done = f'class="done" fill="{INK}" stroke="{INK}" stroke-width="2.5"'
    if point.step in ASKED or point.step in (*REFUSED, RatingStep.DEFERRED, RatingStep.NOT_REACHED):
        dashes = ' stroke-dasharray="4 2.5"' if point.step in ASKED else ""
        done = f'class="open" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"{dashes}'
    cross = f'<path d="M-5 -5 5 5M-5 5 5 -5" class="cross" stroke="{INK}" stroke-width="2.5"/>'
    match point.kind:
        case "CHALLENGE":
            return _challenge(point)
        case "TARGET":
            sign = f'<rect x="-8" y="-8" width="16" height="16" {done}/>'
        case "RATING" | "IMPACT":
            sign = f'<circle r="8.5" {done}/>'
        case _:
            sign = f'<path d="M0 -10 10 0 0 10 -10 0z" {done}/>'
    return sign + cross if point.step in REFUSED else sign


def _challenge(point: Point) -> str:
    if point.step == ChallengeStep.RAISED:
        return f'<circle r="12" class="asked" fill="{BRAND}"/>' + text(
            0, 5, "?", PAPER, middle=True, bold=True, extra='class="on"'
        )
    if point.step == ChallengeStep.CLOSED:
        return f'<rect x="-7" y="-7" width="14" height="14" class="done" fill="{BRAND}"/>'
    return f'<circle r="7" class="open" fill="{PAPER}" stroke="{BRAND}" stroke-width="3"/>'
