"""Every tampering of tests/tamperings.py is named, by the check that it should be and by no other."""

import pytest

from tests.tamperings import (
    OF_THE_FENCES,
    OF_THE_HISTORY,
    OF_TWO_DATABASES,
    administrator,
    do,
    found,
    of_two_databases,
)

# What the server of the tests gives up to be quick, and what a clone doesn't take over from its template.
GIVEN_UP = ("fsync", "full_page_writes", "synchronous_commit is off.", "Rights on the whole database")


@pytest.fixture
def scene(django_db_setup, theatre, worker_id, django_db_blocker):
    with django_db_blocker.unblock(), administrator(theatre, f"test_{worker_id}") as scene:
        yield scene


def others(sentences):
    return [said for said in sentences if not any(given in said for given in GIVEN_UP)]


def test_both_checks_find_nothing_where_nothing_was_done(scene):
    honest = found(scene)
    assert (honest.history, honest.anchored, others(honest.fences)) == ([], [], [])


@pytest.mark.parametrize("tampering", OF_THE_HISTORY, ids=lambda t: t.name)
def test_the_history_names(scene, tampering):
    do(tampering, scene)
    now = found(scene)
    expected = scene.said(tampering.history)
    assert any(expected in said for said in now.anchored), now.anchored
    # Without an anchor from outside, what was made again from there on looks as it should.
    assert (now.history == []) == tampering.anchored, now.history
    assert others(now.fences) == []


@pytest.mark.parametrize("tampering", OF_THE_FENCES, ids=lambda t: t.name)
def test_the_fences_name(scene, tampering):
    do(tampering, scene)
    now = found(scene, with_anchor=False)
    expected = scene.said(tampering.fences)
    assert any(expected in said for said in others(now.fences)), others(now.fences)
    said = any(tampering.history in each for each in now.history) if tampering.history else not now.history
    assert said, now.history


def test_the_history_names_what_comes_from_another_database(stage, worker_id):
    there = f"stage_there_{worker_id}"
    stage.clone(there)
    try:
        said = of_two_databases(stage, f"stage_{worker_id}", there)
    finally:
        stage.drop(there)
    assert said.keys() == OF_TWO_DATABASES.keys()
    for name, expected in OF_TWO_DATABASES.items():
        assert any(expected in each for each in said[name]), said[name]


def test_the_list_has_every_name_once():
    names = [tampering.name for tampering in (*OF_THE_HISTORY, *OF_THE_FENCES)]
    assert len(names) == len(set(names)) > 90
