"""What every drawing is made of: the image with its title and description, and the words in it.

Colours are attributes, never styles: the content security policy allows no others.
"""

from bisect import bisect_right
from html import escape
from itertools import accumulate

INK = "#0b0c0c"
FONT = "Source Sans 3 Variable, sans-serif"

# How wide the letters of that font are at the size of `text`, rounded up; those that are not here are like "d".
LETTERS = {
    letter: width
    for width, letters in (
        (2.8, " "),
        (3.7, "'’‘,.:;|Iijl"),
        (5.0, "!()[]{}-/frt"),
        (7.0, '"“”*?–0123456789#$+<=>_~FJLYceksvxyz'),
        (9.3, "&BCDGHKNOPQRU"),
        (11.9, "%—@MWmw"),
        (13.4, "…"),
    )
    for letter in letters
}
WIDE = 7.9


class Svg(str):
    """A drawing. Every text in it is escaped, so templates print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def text(
    x: float | str,
    y: float,
    words: str,
    fill: str,
    *,
    middle: bool = False,
    bold: bool = False,
    extra: str = "",
) -> str:
    across = x if isinstance(x, str) else number(x)
    attributes = f'x="{across}" y="{number(y)}" fill="{fill}" font-family="{FONT}" font-size="14"'
    if middle:
        attributes += ' text-anchor="middle"'
    if bold:
        attributes += ' font-weight="700"'
    return f"<text {attributes}{' ' + extra if extra else ''}>{escape(words)}</text>"


def image(width: float, height: float, title: str, description: str, drawn: list[str]) -> Svg:
    """The title comes first: it is what a PDF's reader hears for the whole drawing.

    Every word in a drawing was escaped where it was put in, so a template may print it as it is.
    """
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{number(width)}" height="{number(height)}"'
        f' viewBox="0 0 {number(width)} {number(height)}"><title>{escape(title)}</title>'
        f"<desc>{escape(description)}</desc>{''.join(drawn)}</svg>"
    )


def number(length: float) -> str:
    """A length with two decimals at most, always written the same way."""
    return f"{length:.2f}".rstrip("0").rstrip(".")


def cut(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


def fitted(words: str, width: float) -> str:
    """The words, where they would be wider than this cut at the end of a word, or inside one that is very long."""
    reach = list(accumulate(LETTERS.get(letter, WIDE) for letter in words))
    if not reach or reach[-1] <= width:
        return words
    kept = words[: max(bisect_right(reach, width - LETTERS["…"]), 1)]
    end = kept.rfind(" ")
    return (kept[:end] if end > len(kept) / 2 else kept).rstrip() + "…"
