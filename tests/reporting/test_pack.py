"""What a report prints: its lists, its groups of rows, its words for how it stands."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.pack import (
    TOGETHER,
    by_default,
    chosen,
    file_name,
    pack_of,
    packed,
    printable,
    standing_now,
    standing_of,
    unpacked,
)
from tests import pictures
from workstreams import picture as p
from workstreams.vocabulary import NO_CHANGE, RatingStep, VersionStep

JULY = pictures.july()


def pack(picture, **options):
    return pack_of(picture, None, **{"partnership": "P", "standing": "S"} | options)


def ids(lines):
    return [line.measure_id for line in lines]


def test_comes_back_exactly(draft_pack, agreed_pack):
    for one in (draft_pack, agreed_pack):
        assert unpacked(packed(one)) == one


def test_has_the_same_fingerprint_only_for_the_same_content(draft_pack):
    assert draft_pack.fingerprint == replace(draft_pack).fingerprint
    assert draft_pack.fingerprint != replace(draft_pack, seq=draft_pack.seq + 1).fingerprint


def test_prints_every_measure_once_in_plan_order(draft_pack):
    assert ids(draft_pack.lines) == [m.id for m in pictures.draft().measures]


def test_lists_red_whether_agreed_or_proposed(draft_pack):
    assert ids(draft_pack.red) == [4, 8]


def test_lists_the_longest_overdue_first_and_nothing_complete(draft_pack):
    days = [line.overdue_days for line in draft_pack.overdue]
    assert days == sorted(days, reverse=True)
    assert draft_pack.overdue[0].overdue == "Overdue 103 days"
    assert not [line for line in draft_pack.overdue if line.level.is_complete]


def test_lists_imported_amber_without_words_as_without_a_plan(agreed_pack):
    assert len(agreed_pack.without_plan) == 9
    assert {line.level.word for line in agreed_pack.without_plan} == {"Amber"}


def test_knows_which_amber_has_a_plan_to_recover(draft_pack):
    listed = ids(draft_pack.without_plan)
    assert 2 not in listed  # agreed with one
    assert 10 not in listed  # proposed with one
    assert 5 in listed  # the Executive made Amber of a Green, which had none


def test_no_change_leaves_the_plan_to_recover_standing():
    said = pictures.rating(1700, JULY.key[1], pictures.OCTOBER, RatingStep.PROVISIONAL, words=NO_CHANGE)
    picture = pictures.changed(JULY, {2: lambda m: replace(m, proposal=said)})
    assert 2 not in ids(pack(picture).without_plan)


def test_lists_what_is_complete_and_not_accepted(draft_pack):
    listed = ids(draft_pack.not_accepted)
    assert 7 not in listed  # accepted
    assert {12, 6} <= set(listed)  # not accepted, and never reported


def test_lists_what_is_proposed_and_what_was_amended(draft_pack):
    assert ids(draft_pack.proposed) == [8, 9, 10, 18, 30]
    assert ids(draft_pack.amended) == [4, 5, 31]
    assert ids(draft_pack.dates_asked) == [10]
    deferred = draft_pack.proposed[3]
    assert deferred.held_over == "Deferred on 10 October 2023: The audit was not in the papers."


def test_counts_updates_that_change_nothing_apart(draft_pack):
    assert draft_pack.unchanged == 1
    assert not [c for c in draft_pack.changes if "the same as agreed" in c.sentence]


def test_does_not_accuse_groups_whose_updates_its_reader_cannot_see():
    seen = pictures.draft().seen_by(p.Reader(everything=False, posts=frozenset()))
    drawn = pack(seen)
    assert drawn.partial
    assert not drawn.not_updated
    assert not drawn.without_plan
    assert not drawn.proposed
    assert not drawn.amended


def outcome_of(*sizes):
    """A plan with one outcome, whose actions have so many measures."""
    first = JULY.workstreams[0]
    outcome = first.outcomes[0]
    fresh = iter(range(1, 10_000))
    actions = tuple(
        replace(
            outcome.actions[0],
            id=i,
            measures=tuple(replace(JULY.measures[0], id=next(fresh)) for _ in range(size)),
        )
        for i, size in enumerate(sizes)
    )
    return replace(JULY, workstreams=(replace(first, outcomes=(replace(outcome, actions=actions),)),))


@given(st.lists(st.integers(0, 20), max_size=5))
def test_divides_a_long_outcome_and_loses_nothing(sizes):
    picture = outcome_of(*sizes)
    (section,) = pack(picture).sections
    assert [line.measure_id for b in section.blocks for part in b.parts for line in part.lines] == [
        m.id for m in picture.measures
    ]
    assert [b.continued for b in section.blocks] == [False] + [True] * (len(section.blocks) - 1)
    for block in section.blocks:
        assert block.parts
        assert sum(len(part.lines) for part in block.parts) <= TOGETHER
        assert block.span == sum(max(1, len(part.lines)) for part in block.parts)
    firsts = [part for b in section.blocks for part in b.parts if not part.continued]
    assert len(firsts) == max(1, len(sizes))  # each action begins once, also one without measures


def test_divides_into_parts_of_nearly_equal_size():
    (section,) = pack(outcome_of(7)).sections
    assert [b.span for b in section.blocks] == [4, 3]
    assert [b.parts[0].continued for b in section.blocks] == [False, True]


def test_says_how_it_stands():
    agreed = JULY.versions[-1]
    assert (
        standing_of(agreed, "Executive Group") == "Version 1.7, agreed by the Executive Group on 18 July 2023"
    )
    papers = replace(agreed, label="1.8", step=VersionStep.PROVISIONAL, dated=date(2023, 8, 29))
    assert standing_of(papers, "Executive Group") == (
        "Version 1.8, papers for the Executive Group on 29 August 2023, with provisional ratings"
    )
    assert standing_now(JULY) == "Working draft since version 1.7"
    assert standing_now(pictures.draft()) == "Working draft since version 1.8, with provisional ratings"
    assert standing_now(replace(JULY, versions=())) == "Working draft, no version agreed yet"


def test_names_its_file(agreed_pack, draft_pack):
    assert file_name(agreed_pack, "pdf") == "business-plan-version-1.7-2023-07-18.pdf"
    assert file_name(draft_pack, "xlsx") == "business-plan-working-draft-2023-10-11.xlsx"
    odd = replace(agreed_pack, edition='version 1/7 "éœ"\r\n..')
    assert file_name(odd, "pdf") == "business-plan-version-1-7-2023-07-18.pdf"


def test_drops_what_no_paper_can_show():
    assert printable("a\x00b\x1bc\ud800d\ufffee\tf\ng\u200bשلום😀") == "abcde\tf\ng\u200bשلום😀"


def test_opens_with_the_changes_in_sentences(draft_pack):
    assert draft_pack.news == (
        "3 agreed ratings changed: 2 to a worse level, 1 to a better level."
        " 3 proposals amended by the Executive Group.",
        "4 updates propose another level, 1 of them Red; 1 proposes the level that is agreed.",
        "Impact accepted on 1, not accepted on 1.",
        "1 target date moved.",
    )
    assert pack(JULY).news == ()


def test_says_how_far_a_date_has_moved(draft_pack):
    (slipped,) = draft_pack.slipped
    assert (slipped.target_first, slipped.target) == ("September 2023", "January 2024")
    assert slipped.moved == "moved once, 4 months later"
    assert replace(slipped, moves=3, months=1).moved == "moved 3 times, 1 month later in all"
    assert replace(slipped, moves=2, months=-2).moved == "moved twice, 2 months earlier in all"
    assert replace(slipped, moves=1, months=0).moved == "moved once"
    assert replace(slipped, moves=0).moved == ""


def test_marks_what_was_sent_after_papers():
    picture = pictures.changed(pictures.draft(), {8: lambda m: replace(m, standing="LATE")})
    late = {line.measure_id for line in pack(picture).proposed if line.proposed.late}
    assert late == {8}


def test_remembers_after_the_meeting_what_was_sent_after_its_papers(draft_pack):
    meeting = p.Meeting(
        pictures.OCTOBER.toordinal(),
        pictures.OCTOBER,
        pictures.moment(pictures.OCTOBER),
        "CLOSED",
        papers_at=pictures.moment(date(2023, 10, 2)),
    )
    closed = pack(replace(pictures.draft(), next_meeting=meeting))
    assert {line.answered.late for line in closed.amended} == {True}
    assert {line.answered.late for line in draft_pack.amended} == {False}


def test_offers_the_parts_of_its_kind_in_the_order_in_which_they_are_printed():
    assert by_default("ADDENDUM") == ()
    assert chosen("EXECUTIVE", ["VERSIONS", "WHERE"]) == ("WHERE", "VERSIONS")
    assert "EXCEPTIONS" not in by_default("PUBLISHED")
    with pytest.raises(ValueError, match="EXCEPTIONS"):
        chosen("PUBLISHED", ["EXCEPTIONS"])


def test_the_published_edition_lists_the_agreed_versions_without_their_editors():
    listed = pack(pictures.draft().seen_by(pictures.PUBLIC), kind="PUBLISHED").versions
    assert [v.label for v in listed] == ["1.7", "1.8"]
    assert {v.editors for v in listed} == {""}


def test_an_agreed_pack_says_what_its_meeting_did_not_agree():
    held = pictures.rating(1590, None, pictures.OCTOBER, RatingStep.DEFERRED, because="Bring the audit.")
    picture = pictures.changed(JULY, {5: lambda m: replace(m, decision=held)})
    (line,) = pack(picture, agreed=True).put_off
    assert (line.measure_id, line.held_over) == (5, "Deferred on 10 October 2023: Bring the audit.")
    assert pack(picture).put_off == ()
    assert pack(picture.seen_by(p.Reader(everything=False)), agreed=True).put_off == ()


def test_reported_impact_names_the_meeting_that_it_waits_for():
    reported = p.Impact(7, 7, "REPORTED", "It helped.", pictures.OCTOBER, pictures.moment(pictures.OCTOBER))
    picture = pictures.changed(JULY, {1: lambda m: replace(m, impact=reported)})
    assert pack(picture).lines[0].impact == "Reported for 10 October 2023"


def test_counts_the_targets_that_have_a_date(draft_pack):
    assert draft_pack.dated == sum(m.target.due_on is not None for m in JULY.measures if m.target) < 42
