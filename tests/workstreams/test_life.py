"""The life of a rating: every act at every standing, where steps lead to, and the page that is made from it."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.rows import AMBER, AT, GREEN, step
from workstreams import life
from workstreams.life import LIFE, Act, PapersOut, Standing

CHAIR, OTHER, UNIT = 1, 2, 9
PAPERS = PapersOut(1, AT.at + timedelta(hours=10), AT.at + timedelta(hours=10))
ADDENDUM = PapersOut(1, AT.at + timedelta(hours=10), AT.at + timedelta(hours=20))


def steps(*said):
    """ "P1", "D1" …: a letter and its meeting, at the hour that it says or the next; a level, a post."""
    rows, hour = [], 0
    for number, (letters, *more) in enumerate(said, start=1):
        facts = dict(zip(("hour", "level", "post"), more, strict=False))
        hour = facts.get("hour", hour + 1)
        level = facts.get("level", GREEN) if letters[0] in "PA" else None
        row = step(number, letters[0], int(letters[1]), level)
        rows.append(
            row
            | {"at": AT.at + timedelta(hours=hour), "for_post_id": facts.get("post", CHAIR), "because": ""}
        )
    return rows


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("begun", Standing)
def test_refuses_in_a_sentence_exactly_what_the_table_does_not_allow(act, begun):
    said = life.refusal(act, begun)
    assert (said == "") is (act in LIFE[begun])
    assert said == "" or (said.endswith(".") and said[0].isupper() and "  " not in said)


def test_leads_from_everywhere_to_everywhere():
    assert set(LIFE) == set(Standing)
    assert all(ends for acts in LIFE.values() for ends in acts.values())
    reached = {Standing.NOTHING}
    while more := {end for at in reached for ends in LIFE[at].values() for end in ends} - reached:
        reached |= more
    assert reached == set(Standing)
    assert {act for acts in LIFE.values() for act in acts} == set(Act)


def test_every_standing_can_be_decided_and_nothing_is_for_ever():
    for begun, acts in LIFE.items():
        assert {Act.AGREE, Act.SET} & set(acts), begun
        assert {Act.SEND, Act.SEND_LATE} & set(acts), begun


@pytest.mark.parametrize(
    ("rows", "papers", "stands"),
    [
        ([], None, Standing.NOTHING),
        (steps(("P1",)), None, Standing.SENT),
        (steps(("P1",)), PAPERS, Standing.TABLED),
        (steps(("P1", 11)), PAPERS, Standing.LATE),
        (steps(("P1",), ("P1", 11)), PAPERS, Standing.REPLACED),
        (steps(("P1", 11)), ADDENDUM, Standing.ADDED),
        (steps(("P1",), ("P1", 11)), ADDENDUM, Standing.ADDED),
        (steps(("P1", 11), ("P1", 21)), ADDENDUM, Standing.REPLACED),
        (steps(("P1", 11), ("R1", 12), ("P1", 21)), ADDENDUM, Standing.LATE),
        (steps(("P1",), ("R1",)), None, Standing.WITHDRAWN),
        (steps(("P1",), ("R1", 2, None, OTHER)), None, Standing.WITHDRAWN),
        (steps(("P1",), ("R1", 2, None, UNIT)), None, Standing.RETURNED),
        (steps(("P1", 1, GREEN, UNIT), ("R1", 2, None, UNIT)), None, Standing.WITHDRAWN),
        (steps(("P1",), ("D1",)), None, Standing.DEFERRED),
        (steps(("P1",), ("N1",)), None, Standing.NOT_REACHED),
        (steps(("P1",), ("A1",)), None, Standing.AGREED),
        (steps(("P1",), ("A1", 2, AMBER)), None, Standing.AMENDED),
        (steps(("A1",)), None, Standing.AGREED),
        (steps(("P2", 11)), PAPERS, Standing.SENT),
        (steps(("P1",), ("D1", 11)), PAPERS, Standing.DEFERRED),
        (steps(("P2",), ("D2",)), PAPERS, Standing.TABLED),
    ],
)
def test_says_where_an_update_stands(rows, papers, stands):
    assert life.where(rows, papers, {UNIT}) is stands


def test_what_a_special_meeting_puts_off_stays_in_the_papers_of_the_next():
    special = 7
    tabled = steps(("P1",), (f"D{special}", 11))
    assert life.where(tabled, PAPERS, {UNIT}) is Standing.TABLED
    late = steps(("P1", 11), (f"N{special}", 12))
    assert life.where(late, PAPERS, {UNIT}) is Standing.LATE


def test_what_a_special_meeting_agreed_is_not_in_the_way_of_a_newer_update():
    """The papers still show what has been decided since: the newer update can be taken back."""
    rows = steps(("P1",), ("A7", 11), ("P1", 12))
    assert life.where(rows, PAPERS, {UNIT}) is Standing.LATE


def test_what_was_wrongly_recorded_as_agreed_stands_again_where_it_stood():
    rows = steps(("P1",), ("A7", 11), ("D7", 12), ("P1", 13))
    rows[2]["corrects_id"] = rows[1]["id"]
    assert life.where(rows[:3], PAPERS, {UNIT}) is Standing.TABLED
    assert life.where(rows, PAPERS, {UNIT}) is Standing.REPLACED
    assert life.where(life.lived(rows), PAPERS, {UNIT}) is Standing.REPLACED


def test_the_page_in_docs_is_made_from_the_table():
    written = (settings.BASE / "docs" / "life-of-a-rating.md").read_text()
    assert written == life.page(), "Remedy: python -m workstreams.life > docs/life-of-a-rating.md"


def test_the_drawing_shows_every_arrow():
    drawing = life.drawing()
    for begun, acts in LIFE.items():
        for act, ends in acts.items():
            for end in ends:
                arrow = next(line for line in drawing.split("\n") if f"{begun.name} --> {end.name}:" in line)
                assert act.value in arrow
