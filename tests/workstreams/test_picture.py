"""The picture: exact through JSON, and never more in it than its reader may see."""

import json
import types
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import pictures
from workstreams import picture as p
from workstreams.vocabulary import ImpactStep, RatingStep

JULY, DRAFT = pictures.july(), pictures.draft()


def of(kind):
    """Any value of a picture's field type, made from the type itself: a new field is tested without asking."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return st.one_of(*(st.none() if k is type(None) else of(k) for k in get_args(kind)))
    if origin is tuple:
        return st.lists(of(get_args(kind)[0]), max_size=2).map(tuple)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{f.name: of(hints[f.name]) for f in fields(kind)})
    return {
        str: st.text(max_size=20),
        int: st.integers(-(2**53), 2**53),
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        date: st.dates(),
        datetime: st.datetimes(timezones=st.just(UTC)),
    }[kind]


@given(of(p.Measure))
def test_a_measure_comes_back_exactly(measure):
    assert p.read(p.Measure, json.loads(json.dumps(p.to_json(measure)))) == measure


@settings(max_examples=25)
@given(of(p.VersionRow), of(p.Passage), of(p.Officer), of(p.Meeting))
def test_everything_around_it_comes_back_exactly(version, passage, officer, meeting):
    for part in (version, passage, officer, meeting):
        assert p.read(type(part), json.loads(json.dumps(p.to_json(part)))) == part


@pytest.mark.parametrize("picture", [JULY, DRAFT], ids=["agreed", "draft"])
def test_a_plan_comes_back_exactly(picture):
    assert p.from_json(json.loads(json.dumps(p.to_json(picture)))) == picture


def test_refuses_a_schema_it_does_not_know():
    with pytest.raises(ValueError, match="schema 99"):
        p.from_json({**p.to_json(JULY), "schema": 99})


# ---- what a reader sees

OWN, OTHER = "SEEN BY ITS OWN GROUP", "SEEN BY NOBODY ELSE"
DECIDED = p.Impact(
    1, 1, ImpactStep.NOT_ACCEPTED, "By how much?", pictures.OCTOBER, pictures.moment(pictures.OCTOBER)
)


@st.composite
def planted(draw):
    """A plan in which some measures carry proposals, with a canary in each word that may not get out."""
    chosen = draw(st.sets(st.sampled_from(range(1, 43)), min_size=1, max_size=12))
    posts = frozenset(draw(st.sets(st.sampled_from(range(1, 15)), max_size=3)))

    def plant(action, m):
        if m.id not in chosen:
            return m
        canary = OWN if action.post_ids & posts else OTHER
        said = dict.fromkeys(("words", "recovery_plan", "risk_note", "because"), canary)
        proposal = pictures.rating(
            1700 + m.id, DRAFT.key[0], pictures.OCTOBER, RatingStep.PROVISIONAL, **said
        )
        figures = (p.Figure(canary, 41, 50, canary),)
        proposal = replace(proposal, evidence=canary, evidence_held=canary, received=canary, figures=figures)
        agreed, proposed = DRAFT.key[1], DRAFT.key[0]
        periods = (
            p.Period(date(2023, 3, 31), "Q4", agreed=agreed, figures=figures),
            p.Period(date(2023, 6, 30), "Q1", missed=True),
            p.Period(date(2023, 9, 30), "Q2", proposed=proposed, figures=figures, asked=True),
        )
        held = pictures.rating(1800 + m.id, None, pictures.OCTOBER, RatingStep.DEFERRED, because=canary)
        kinds = draw(st.sets(st.sampled_from(("proposal", "proposed", "held_over", "asked")), min_size=1))
        return replace(
            m,
            proposal=proposal if "proposal" in kinds else None,
            proposed=proposal if "proposed" in kinds else None,
            held_over=held if "held_over" in kinds else None,
            target=replace(m.target, asked_text=canary, asked_because=canary)
            if "asked" in kinds
            else m.target,
            impact=p.Impact(
                1900, 1900, ImpactStep.REPORTED, canary, pictures.OCTOBER, proposal.at, 9, canary, canary
            ),
            impact_before=draw(st.sampled_from((None, DECIDED))),
            updated=True,
            words_on=pictures.OCTOBER,
            periods=periods,
            strip=(*m.strip, p.Mark(9, pictures.OCTOBER, RatingStep.PROVISIONAL, DRAFT.key[0], False)),
        )

    return JULY.with_measures(plant), posts


@given(planted())
def test_never_leaks_what_another_group_proposed(case):
    picture, posts = case
    seen = picture.seen_by(p.Reader(everything=False, posts=posts))
    text = json.dumps(p.to_json(seen))
    assert OTHER not in text
    assert text.count(OWN) == json.dumps(p.to_json(picture)).count(OWN)
    for placed in seen.placed():
        if not placed.action.post_ids & posts:
            m = placed.measure
            assert (m.proposal, m.proposed, m.held_over, m.updated, m.words_on) == (None,) * 5
            assert not [mark for mark in m.strip if mark.provisional or mark.amended]
            assert not m.was_amended
            assert m.impact == picture.find(m.id).measure.impact_before
            assert not [period for period in m.periods if period.proposed or period.figures or period.missed]


@given(planted())
def test_an_agreed_version_holds_no_period_that_is_only_proposed(case):
    picture, _ = case
    for m in picture.as_agreed().measures:
        assert [(period.name, bool(period.agreed), bool(period.figures)) for period in m.periods] == (
            [("Q4", True, True), ("Q1", False, False), ("Q2", False, False)] if m.periods else []
        )
        assert not [period for period in m.periods if period.proposed]


@given(planted())
def test_an_agreed_version_holds_no_impact_that_waits(case):
    picture, _ = case
    assert [m.impact for m in picture.as_agreed().measures] == [m.impact_before for m in picture.measures]


@given(planted())
def test_shows_the_public_no_proposal_and_no_words(case):
    picture, _ = case
    said = pictures.changed(
        picture,
        {
            m.id: lambda m: replace(m, agreed=replace(m.agreed, words=OTHER, because=OTHER))
            for m in picture.measures
        },
    )
    text = json.dumps(p.to_json(said.seen_by(pictures.PUBLIC)))
    assert OTHER not in text
    assert OWN not in text
    assert "A. Person" not in text


@given(planted())
def test_takes_nothing_agreed_away(case):
    picture, posts = case
    for reader in (p.Reader(everything=False, posts=posts), pictures.PUBLIC):
        seen = picture.seen_by(reader)
        assert [m.level for m in seen.measures] == [m.level for m in picture.measures]
        assert seen.counts().by_level == picture.counts().by_level
        assert seen.seen_by(reader) == seen


def test_shows_everything_to_whom_everything_is_open():
    assert DRAFT.seen_by(pictures.EVERYTHING) == DRAFT


def test_hides_an_amendment_from_other_groups():
    """That the Executive agreed another level says what was proposed."""
    seen = DRAFT.seen_by(p.Reader(everything=False, posts=frozenset()))
    assert not any(m.was_amended for m in seen.measures)
    assert not any(m.proposal for m in seen.measures)


# ---- what it says of itself


def test_counts_the_printed_plan():
    assert JULY.counts().words == "9 Amber, 21 Green, 12 Blue"
    assert [(level.word, n) for level, n in JULY.counts().by_level] == [
        ("Red", 0),
        ("Amber", 9),
        ("Green", 21),
        ("Blue", 12),
    ]
    assert JULY.counts().total == 42


def test_counts_what_is_not_rated():
    bare = pictures.changed(JULY, {1: lambda m: replace(m, agreed=None)})
    assert bare.counts().words == "9 Amber, 21 Green, 11 Blue, 1 not rated"


def test_finds_a_measure_with_its_places():
    placed = JULY.find(5)
    assert (placed.workstream.number, placed.outcome.ref, placed.measure.tags) == ("1", "1.2", ("M",))
    assert JULY.find(999) is None


def test_holds_only_what_is_asked_for_and_the_places_that_still_hold_one():
    shown = JULY.holding(lambda placed: placed.outcome.ref == "4.1")
    assert [w.number for w in shown.workstreams] == ["4"]
    assert [o.ref for w in shown.workstreams for o in w.outcomes] == ["4.1"]
    assert len(shown.measures) == 3


def test_overdue_and_complete_are_told_apart():
    late = pictures.july(date(2023, 7, 31) + timedelta(days=1))
    assert [p_.outcome.ref for p_ in late.placed() if p_.measure.is_overdue] == ["6.1"]
    assert not late.find(1).measure.is_overdue  # complete


def test_an_accepted_impact_is_accepted():
    impact = p.Impact(1, 1, ImpactStep.ACCEPTED, "", pictures.OCTOBER, pictures.moment(pictures.OCTOBER))
    assert impact.accepted
    assert not replace(impact, step=ImpactStep.NOT_ACCEPTED).accepted
