"""The words of a cell or paragraph without what a program, a web page or a keyboard left around them."""

import html
import re

BULLET = "- "

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes a character that XML cannot hold
_NEW_LINE = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Control characters, halves of a character, non-characters, and marks that nobody can see.
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u00ad\u200b\u2060\ufeff]")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ITEM = re.compile(r"<li(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br(?:\s[^<>]*)?/?|/(?:p|div|li|ul|ol|tr|table|h[1-6])\s*)>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|span|ul|ol|li|b|i|u|em|strong|font|a|table|thead|tbody|tr|td|th|h[1-6]|style|o:p)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[^\S\n]+")
_ROUND = re.compile(r"^(?:[•●○◦▪▫■□‣⁃∙·➢➤\uf0a7\uf0b7\uf0d8\uf0fc\uf076]\s*|[-–—−]\s+|o\s+)(?=\S)")
_STAR = re.compile(r"^\*\s+(?=\S)", re.MULTILINE)


def plain(text: str) -> str:
    """The text by lines, without mark-up debris, control characters, spare spaces and blank lines.

    However a bullet was typed, its line starts with "- ". A star is a bullet where more than one line has it;
    alone it marks a footnote and stays.
    """
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    text = _without_debris(_NEW_LINE.sub("\n", text))
    lines = [_SPACES.sub(" ", line).strip() for line in _NOT_TEXT.sub("", text).split("\n")]
    return stars_as_bullets("\n".join(_ROUND.sub(BULLET, line) for line in lines if line))


def stars_as_bullets(text: str) -> str:
    """The text with its stars as bullets, where more than one line starts with one."""
    return _STAR.sub(BULLET, text) if len(_STAR.findall(text)) > 1 else text


def _without_debris(text: str) -> str:
    for _ in range(3):  # mark-up that was escaped, and escaped once more
        if "&" not in text or (again := _ENTITY.sub(lambda match: html.unescape(match[0]), text)) == text:
            break
        text = again
    if "<" not in text:
        return text
    return _TAG.sub("", _BREAK.sub("\n", _ITEM.sub("\n" + BULLET, text)))
