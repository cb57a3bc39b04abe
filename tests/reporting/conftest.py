"""Packs to draw, without a database."""

import pytest

from reporting import pdf
from reporting.pack import Pack, pack_of, standing_now, standing_of
from tests import pictures


@pytest.fixture(scope="session")
def draft_pack() -> Pack:
    """The plan between meetings: amended, Red, overdue, not updated, proposed, deferred, impact not accepted."""
    picture = pictures.draft()
    return pack_of(picture, pictures.july(), partnership="A Partnership", standing=standing_now(picture))


@pytest.fixture(scope="session")
def agreed_pack() -> Pack:
    """Version 1.7 as agreed, with none before it."""
    picture = pictures.july()
    return pack_of(
        picture,
        None,
        partnership="A Partnership",
        standing=standing_of(picture.versions[-1], picture.deciding_group),
        edition="version 1.7",
        agreed=True,
    )


@pytest.fixture(scope="session")
def needs_pango() -> None:
    if why := pdf.cannot_draw_because():
        pytest.skip(why)


@pytest.fixture(scope="session")
def draft_pdf(draft_pack: Pack, needs_pango: None) -> bytes:
    return pdf.draw(draft_pack)
