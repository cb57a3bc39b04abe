"""Two directions from one line: what went the one way to the left of it, what went the other to the right."""

from collections.abc import Sequence
from html import escape

from .fluid import BRAND, PAPER, percent
from .svg import INK, Svg, cut, number, text

TOP = 24.0  # for what the two sides are called
TALL = 56.0  # of a row: its name, and the bar under it
SIDE = 46.0  # percent of the width for the longest bar of a side
FEWEST = 5  # of which the longest bar stands at least: one alone is no long bar
LEAST = 7.0  # percent of a phone's width in which "12" can be read
PHONE = 34  # letters of a name that fit there


def both_ways(title: str, rows: Sequence[tuple[str, int, int, int]]) -> Svg:
    """(name, more cautious, more hopeful, of how many): white to the left of the line, filled to the right."""
    most = max((n for _, less, more, _ in rows for n in (less, more)), default=0)
    most = max(most, FEWEST)
    drawn = [
        text("48%", 14, "More cautious", INK, bold=True, extra='text-anchor="end"'),
        text("52%", 14, "More hopeful", INK, bold=True),
    ]
    for i, (name, less, more, every) in enumerate(rows):
        y = TOP + i * TALL
        note = f": {less + more} of {every}"
        for kind, words in (("long", name + note), ("short", cut(name, PHONE) + note)):
            hidden = ' display="none"' if kind == "short" else ""
            drawn.append(text(0, y + 15, words, INK, extra=f'class="{kind}"{hidden}'))
        for n, is_left in ((less, True), (more, False)):
            if n:
                wide = max(SIDE * n / most, LEAST)
                x = 50 - wide if is_left else 50.0
                drawn.append(_bar(x, y + 21, wide, str(n), filled=not is_left))
        drawn.append(
            f'<line x1="50%" y1="{number(y + 18)}" x2="50%" y2="{number(y + 50)}" class="way" stroke="{INK}"'
            ' stroke-width="2"/>'
        )
    said = " ".join(
        f"{name}: {less} more cautious, {more} more hopeful, of {every}." for name, less, more, every in rows
    )
    height = number(TOP + max(1, len(rows)) * TALL)
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height="{height}">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>{''.join(drawn)}</svg>"
    )


def _bar(x: float, y: float, width: float, label: str, *, filled: bool) -> str:
    fill, ink, name = (BRAND, PAPER, "done") if filled else (PAPER, INK, "open")
    box = (
        f'<rect x="{percent(x)}" y="{number(y + 0.5)}" width="{percent(width)}" height="25" class="{name}"'
        f' fill="{fill}" stroke="{BRAND if filled else INK}" stroke-width="1.5"/>'
    )
    middle = percent(x + width / 2)
    return box + text(middle, y + 18, label, ink, middle=True, bold=True, extra=f'class="{name} on"')
