"""When two spellings name one post: titles with what printers change folded away."""

import re
import unicodedata

_QUOTES = re.compile("[\"'`\u00b4\u02bc\u2018-\u201f\u2032\u2033]")
_DASHES = re.compile("[\u002d\u2010-\u2015\u2212]")


def fold(title: str) -> str:
    """A title without case, accents, quotes, apostrophes, dashes, "the", full stops after words and runs of spaces;
    "&" is "and".

    Titles that fold alike name one post. Folding what is folded changes nothing.
    """
    quoted = _decomposed(_decomposed(title).casefold())
    plain = _DASHES.sub(" ", _QUOTES.sub("", quoted)).replace("&", " and ")
    words = [word for each in plain.split() if (word := each.rstrip("."))]
    return " ".join([word for word in words if word != "the"] or words)


def _decomposed(text: str) -> str:
    """Without accents and what cannot be seen, such as a soft hyphen."""
    return "".join(
        c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf")
    )
