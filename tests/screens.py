"""What tests of screens share: the words of a page, and that nothing was written."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from workstreams.models import Ledger
from workstreams.operations import settle

OTHERS = ("chair-ldg", "dsp-council", "scrutineer", "viewer")


def words(page):
    """The page as it is read: without tags, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


@contextmanager
def nothing_written() -> Iterator[None]:
    settle()
    before = Ledger.objects.count()
    yield
    settle()
    assert Ledger.objects.count() == before


def kept_unseen(page):
    """A form that a page holds unseen, to be sent again as it was: its fields by name."""
    found = re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page.content.decode(), re.S)
    return {name: unescape(value) for name, value in found}


def newest(table):
    """The newest ledger row of a table."""
    settle()
    return Ledger.objects.filter(table=f"workstreams_{table}").order_by("-seq").first()


def typed(page):
    """A page's open panel as a browser would send it back: every field's present value, by name."""
    form = page.context["panel"].form
    return {name: value for name in form.fields if (value := form[name].value()) not in (None, False)}


def answer(client, address, **changes):
    """Open one form of a page, answer it with a reason, and send it without JavaScript."""
    page = client.get(address)
    assert 'name="csrfmiddlewaretoken"' in page.content.decode().partition("<main")[2]
    return client.post(address, typed(page) | {"because": "As agreed."} | changes)
