"""What waits for a second person, and what was decided: never the words."""

import pytest

from tests.workstreams.test_redactions import NAME, ask, said, take_out
from workstreams.operations import redactions


@pytest.fixture
def row(db, cast, measure_at):
    return said(f"We met {NAME} in May.", measure_at("4.1#2"), cast("chair-ldg").by)


def page_for(cast, who):
    return cast(who).signed_in().get("/proof/redactions/").content.decode()


def test_says_that_nothing_was_ever_taken_out(db, cast):
    assert "Nothing was ever taken out" in page_for(cast, "business-unit")


def test_tells_who_is_next(row, cast):
    ask(row, cast("business-unit").by)
    assert "You can look at it" in page_for(cast, "dsp-council")
    own = page_for(cast, "business-unit")
    assert "Another person of the business unit, or a safeguarding partner" in own
    for who in ("business-unit", "dsp-council", "scrutineer"):
        page = page_for(cast, who)
        assert "A child was named." in page
        assert NAME not in page


def test_keeps_what_was_decided_without_the_words(row, cast):
    unit, partner = cast("business-unit").by, cast("dsp-council").by
    redactions.refuse(
        redaction=ask(row, unit, words="in May", because="A date."), because="Dates stay.", by=partner
    )
    done = take_out(ask(row, unit), partner)
    page = page_for(cast, "scrutineer")
    assert f'href="/record/{done.done_as}/"' in page
    assert "Dates stay." in page
    assert NAME not in page
    assert "in May" not in page


@pytest.mark.parametrize("who", ["chair-ldg", "viewer"])
def test_is_not_there_for_others(db, cast, who):
    assert cast(who).signed_in().get("/proof/redactions/").status_code == 404


def test_a_stranger_signs_in_first(db, client):
    assert client.get("/proof/redactions/")["Location"].startswith("/account/login/")
