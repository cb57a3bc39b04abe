"""How each level looks: its colours, its letter and its shape."""

from dataclasses import dataclass

from ..picture import Level
from ..vocabulary import Token


@dataclass(frozen=True, slots=True)
class Colours:
    """A rating's solid and the text on it, its tint and the text on it, and the border of both."""

    solid: str
    on: str
    tint: str
    text: str
    edge: str


COLOURS = {
    Token.BLUE: Colours("#1a4792", "#ffffff", "#e6edf8", "#15397a", "#1a4792"),
    Token.GREEN: Colours("#23844f", "#ffffff", "#e4f3ea", "#14592f", "#23844f"),
    Token.AMBER: Colours("#ffb52e", "#0b0c0c", "#fff3dc", "#6b4300", "#9a6400"),
    Token.RED: Colours("#980e1c", "#ffffff", "#fbe7e8", "#7d0b17", "#980e1c"),
    Token.GREY: Colours("#5f6368", "#ffffff", "#eef0f1", "#33373b", "#5f6368"),
}

# Fourth signal beside word, letter and colour; in a box of 32 by 32, as the site's markers.
SHAPES = {
    Token.BLUE: '<rect x="1.5" y="1.5" width="29" height="29" rx="4"/>',
    Token.GREEN: '<circle cx="16" cy="16" r="14.5"/>',
    Token.AMBER: '<path d="M16 1.8 30.6 28.6a1.4 1.4 0 0 1-1.2 2H2.6a1.4 1.4 0 0 1-1.2-2z"/>',
    Token.RED: '<path d="M10 1.5h12L30.5 10v12L22 30.5H10L1.5 22V10z"/>',
    Token.GREY: '<path d="M16 1 31 16 16 31 1 16z"/>',
}


def colours(level: Level | None) -> Colours:
    """Grey for what is not rated."""
    return COLOURS[Token(level.token)] if level else COLOURS[Token.GREY]


def letter(level: Level | None) -> str:
    return level.code if level else "\u2013"


def marker(token: Token) -> str:
    """The shape of a level as an image of its own, without its letter."""
    tone = COLOURS[token]
    edge = tone.text if token == Token.AMBER else "#ffffff"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">'
        f'<g fill="{tone.solid}" stroke="{edge}" stroke-width="1.5">{SHAPES[token]}</g></svg>'
    )
