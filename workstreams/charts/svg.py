"""What every drawing is made of: the image with its title and description, and the words in it.

Colours are attributes, never styles: the content security policy allows no others.
"""

from html import escape

INK = "#0b0c0c"
FONT = "Source Sans 3 Variable, sans-serif"


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
    """The words, cut where they would be wider than this at the size of `text`: capitals are wide, "il" is narrow."""
    taken = 0.0
    for at, letter in enumerate(words):
        taken += 3.9 if letter in "fijlrtI.,'’()- " else 9.2 if letter.isupper() else 7.2
        if taken > width:
            return words[: max(at - 1, 1)].rstrip() + "…"
    return words
