"""One record in full, at the address that every printed rating carries."""

import pytest
from django.urls import reverse

from tests.conftest import TODAY
from workstreams.models import Ledger, Rating
from workstreams.operations import people, settle
from workstreams.vocabulary import RatingStep


def address(seq):
    return reverse("workstreams:record-page", args=[seq])


def record_of(thing):
    return Ledger.objects.filter(table=thing._meta.db_table, row=str(thing.pk)).order_by("-seq").first()


@pytest.fixture
def page(db, cast):
    return lambda seq, key="business-unit": cast(key).signed_in().get(address(seq))


@pytest.fixture
def amended(db):
    """A decision that departed from what was proposed."""
    for agreed in Rating.objects.filter(step=RatingStep.AGREED, follows__step=RatingStep.PROVISIONAL):
        if agreed.level_id != agreed.follows.level_id:
            return agreed
    raise AssertionError("The demonstration holds an amendment.")


@pytest.fixture
def foreign(db, cast):
    """A proposal that the chair of LDG may not see."""
    own = cast("chair-ldg").person.post_ids
    proposals = Rating.objects.filter(step=RatingStep.PROVISIONAL)
    return proposals.exclude(measure__action__officers__post__in=own).first()


def test_shows_who_which_words_which_decision_and_who_was_there(page, amended):
    html = page(record_of(amended).seq).content.decode().replace("&#x27;", "'").replace("&amp;", "&")
    assert f"Executive agreed {amended.level.word}, amended from {amended.follows.level.word}" in html
    assert amended.because in html
    assert amended.follows.words in html
    assert amended.follows.for_post.title in html
    for present in amended.meeting.present.all():
        assert present.title in html
    assert reverse("workstreams:measure-page", args=[amended.measure_id]) in html
    assert f"?measure={amended.measure_id}" in html
    assert address(record_of(amended.follows).seq) in html


def test_shows_every_word_of_an_update(page):
    rating = Rating.objects.exclude(recovery_plan="").first()
    html = page(record_of(rating).seq).content.decode().replace("&#x27;", "'")
    for words in (rating.words, rating.recovery_plan):
        assert words in html


def test_shows_fields_with_labels_and_names_not_columns_and_ids(page, amended):
    html = page(record_of(amended).seq).content.decode()
    for label in ("Level", "As of", "Meeting", "Post"):
        assert f">{label}</th>" in html
    for column in ("level_id", "for_post_id", "meeting_id", "effective_on"):
        assert column not in html


def test_shows_before_beside_after_and_says_what_changed(page, cast):
    appointment = cast("chair-ldg").user.appointments.get()
    people.end_appointment(appointment=appointment, ends_on=TODAY, by=cast("business-unit").by)
    settle()
    html = page(record_of(appointment).seq).content.decode()
    assert ">Before</th>" in html
    assert html.count("<small>changed</small>") == 1


def test_shows_its_fingerprint_and_the_one_before_it(page):
    row = Ledger.objects.get(seq=300)
    html = page(300).content.decode()
    assert f"300:{bytes(row.hash).hex()}" in html
    assert bytes(row.previous).hex() in html
    assert bytes(Ledger.objects.get(seq=299).hash).hex() in html


def test_leads_to_its_neighbours(page):
    html = page(300).content.decode()
    assert address(299) in html
    assert address(301) in html
    first = page(1).content.decode()
    assert "none: this is the first record" in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in page(Ledger.objects.count()).content.decode()


def test_leads_to_the_plan_as_it_stood_and_to_what_changed_since(page, cast, amended):
    seq = record_of(amended).seq
    plan = amended.measure.action.outcome.workstream.plan
    text = page(seq, "scrutineer").content.decode()
    for way in (
        f"{reverse('workstreams:plan-page', args=[plan.ref])}?as-at={seq}",
        f"{reverse('workstreams:comparison-page')}?plan={plan.ref}&amp;from={seq}",
    ):
        assert f'href="{way}"' in text
        assert cast("scrutineer").signed_in().get(way.replace("&amp;", "&")).status_code == 200


def test_leads_to_no_plan_that_did_not_stand_yet(page):
    assert "?as-at=1" not in page(1, "scrutineer").content.decode()


def test_another_groups_proposal_is_not_there(page, foreign):
    assert page(record_of(foreign).seq, "chair-ldg").status_code == 404
    assert page(record_of(foreign).seq, "scrutineer").status_code == 200


def test_its_neighbours_are_those_that_the_reader_may_see(page, foreign):
    seq = record_of(foreign).seq
    before = page(seq - 1, "chair-ldg")
    if before.status_code == 200:
        assert address(seq) not in before.content.decode()
    response = page(Ledger.objects.filter(table="workstreams_version").last().seq, "chair-ldg")
    assert response.context["previous"] is not None


def test_a_decision_tells_nobody_else_what_was_proposed(page, cast):
    own = cast("chair-ldg").person.post_ids
    agreed = (
        Rating.objects.filter(step=RatingStep.AGREED, follows__step=RatingStep.PROVISIONAL)
        .exclude(measure__action__officers__post__in=own)
        .exclude(follows__words="No change")
        .first()
    )
    html = page(record_of(agreed).seq, "chair-ldg").content.decode().replace("&#x27;", "'")
    assert agreed.follows.words not in html
    assert "amended" not in html
    assert address(record_of(agreed.follows).seq) not in html
    assert f"rating {agreed.follows_id}" not in html
    assert agreed.follows.words in page(record_of(agreed).seq).content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("key", ["viewer"])
def test_is_not_there_for_a_viewer(page, key):
    assert page(1, key).status_code == 404


def test_asks_a_stranger_to_sign_in(db, client):
    assert client.get(address(1)).status_code == 302


@pytest.mark.parametrize("seq", [0, 10**6, 10**30])
def test_is_not_there_where_no_row_is(page, seq):
    assert page(seq).status_code == 404


def test_draws_every_row_of_the_demonstration(db, cast):
    client = cast("scrutineer").signed_in()
    tables = Ledger.objects.values_list("table", flat=True).distinct().order_by("table")
    for table in tables:
        for operation in ("INSERT", "UPDATE", "DELETE"):
            row = Ledger.objects.filter(table=table, operation=operation).last()
            if row is not None:
                response = client.get(address(row.seq))
                assert response.status_code == 200
                assert "None" not in response.content.decode()


def test_asks_a_constant_number_of_questions(db, cast, django_assert_max_num_queries):
    client = cast("chair-ldg").signed_in()
    agreed = Rating.objects.filter(step=RatingStep.AGREED).last()
    client.get(address(1))
    with django_assert_max_num_queries(60):
        client.get(address(record_of(agreed).seq))
