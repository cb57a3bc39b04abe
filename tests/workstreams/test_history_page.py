"""The history of the whole plan as a table: filters, pages, and nobody else's proposals."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from workstreams.models import Ledger, Meeting, Rating, User
from workstreams.operations import plan as planning
from workstreams.operations import recorded, settle
from workstreams.vocabulary import RatingStep

URL = reverse("workstreams:history-page")


@pytest.fixture
def page(db, cast):
    """The page as somebody sees it, with filters."""
    return lambda key="business-unit", **filters: cast(key).signed_in().get(URL, filters)


def rows(response):
    return [entry.seq for entry in response.context["entries"]]


# ---- who


@pytest.mark.parametrize("key", ["business-unit", "scrutineer", "dsp-health", "chair-ldg"])
def test_is_read_by_everybody_who_works_with_the_plan(page, key):
    response = page(key)
    assert response.status_code == 200
    assert "Nothing here can be edited or deleted" in response.content.decode()


def test_is_not_there_for_a_viewer(page):
    assert page("viewer").status_code == 404


def test_is_not_there_for_somebody_without_a_post(db, client):
    with recorded("test"):
        nobody = User.objects.create_user(email="nobody@demonstration.example", name="Nobody")
    client.force_login(nobody, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(URL).status_code == 404


def test_asks_a_stranger_to_sign_in(db, client):
    response = client.get(URL)
    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


def test_takes_no_post_and_writes_nothing(db, cast):
    before = Ledger.objects.count()
    cast("business-unit").signed_in().post(URL, {"kind": "RATING"})
    settle()
    assert Ledger.objects.count() == before


# ---- what


def test_hides_nothing_unasked(page):
    response = page()
    assert response.context["page_obj"].paginator.count == Ledger.objects.count()
    assert rows(response)[0] == Ledger.objects.order_by("-seq").first().seq


def test_says_who_in_which_post_from_what_to_what(page, cast):
    rating = Rating.objects.filter(step=RatingStep.PROVISIONAL).order_by("pk").last()
    html = page().content.decode()
    assert f"Proposed {rating.level.word}" in html
    assert str(rating.by) in html
    assert rating.for_post.title in html.replace("&#x27;", "'").replace("&amp;", "&")
    assert "brag--provisional" in html
    seq = Ledger.objects.get(table="workstreams_rating", row=str(rating.pk)).seq
    assert reverse("workstreams:record-page", args=[seq]) in html


def test_is_a_table_in_every_width(page):
    html = page().content.decode()
    table = html[html.index("<table") : html.index("</table>")]
    assert "<caption" in table
    assert table.count('role="columnheader"') == 7
    assert table.count("<tr") == table.count('role="row"') == 51
    for tag, role in (("td", "cell"), ('th scope="row"', "rowheader")):
        assert table.count(f"<{tag}") == table.count(f'role="{role}"')


def test_hides_other_groups_proposals_and_counts_only_what_it_shows(page, cast):
    hidden = Ledger.objects.filter(table="workstreams_rating", after__step="PROVISIONAL").exclude(
        after__measure_id__in=list(
            Rating.objects.filter(
                measure__action__officers__post__in=cast("chair-ldg").person.post_ids
            ).values_list("measure_id", flat=True)
        )
    )
    seqs = set(hidden.values_list("seq", flat=True))
    assert seqs
    shown, number = [], 1
    while True:
        response = page("chair-ldg", page=number)
        shown += rows(response)
        if not response.context["page_obj"].has_next():
            break
        assert len(rows(response)) == 50
        number += 1
    assert not seqs & set(shown)
    assert response.context["page_obj"].paginator.count == len(shown) < Ledger.objects.count()


# ---- filters and pages


def test_filters_by_kind_workstream_post_meeting_and_day(page, plan, cast):
    assert {e.kind for e in page(kind="TARGET").context["entries"]} == {"TARGET"}
    workstream = plan.workstreams.first()
    assert {e.ref[0] for e in page(kind="RATING", workstream=workstream.pk).context["entries"]} == {
        workstream.number
    }
    post = cast("chair-mash").post
    assert {e.post.removeprefix("on behalf of ") for e in page(post=post.pk).context["entries"]} == {
        post.title
    }
    meeting = Meeting.objects.order_by("held_on")[1]
    assert {e.meeting_on for e in page(meeting=meeting.pk).context["entries"]} == {meeting.held_on}
    day = date(2023, 7, 18)
    on = page(since="18/7/2023", until="18 July 2023").context["entries"]
    assert {timezone.localdate(e.at) for e in on} == {day}


def test_keeps_the_filters_in_the_form_and_in_the_links_to_other_pages(page):
    html = page(kind="PLAN", since="1/4/2023").content.decode()
    assert '<option value="PLAN" selected>' in html
    assert 'value="1/4/2023"' in html
    assert re.search(r'href="\?kind=PLAN&amp;since=1%2F4%2F2023&amp;page=2"', html)
    assert "Clear the filters" in html


def test_shows_the_history_of_one_measure(page, measure_at):
    measure = measure_at("4.1#2")
    response = page(measure=measure.pk)
    assert {e.measure_id for e in response.context["entries"]} == {measure.pk}
    assert "History of one measure" in response.content.decode()
    assert page(measure=10**9).status_code == 404


def test_says_how_many_and_which(page):
    count = Ledger.objects.count()
    assert f"{count} entries, 51–100 shown" in page(page=2).content.decode()
    last = page(page=10**6)
    assert rows(last)[-1] == 1
    assert rows(page(page="nonsense")) == rows(page())


def test_says_so_where_nothing_matches(page, cast):
    html = page(kind="IMPACT", post=cast("dsp-police").post.pk).content.decode()
    assert "Nothing matches these filters" in html
    assert "Clear the filters" in html


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        ({"since": "yesterday"}, "Write the day as a date, for example"),
        ({"since": "2/8/2023", "until": "1/8/2023"}, "The last day is before the first."),
        ({"workstream": "999999"}, "Choose “Workstream” from its list."),
        ({"kind": "<script>"}, "Choose “What” from its list."),
    ],
)
def test_says_what_is_wrong_with_a_filter_and_keeps_it(page, filters, sentence):
    response = page(**filters)
    html = response.content.decode()
    assert response.status_code == 422
    assert "There is a problem" in html
    assert sentence in html
    assert "<script>" not in html
    if "since" in filters:
        assert f'value="{filters["since"]}"' in html


def test_survives_numbers_that_no_table_holds(page):
    for name in ("workstream", "post", "meeting"):
        assert page(**{name: 10**30}).status_code == 422
    assert page(measure=10**30).status_code in (404, 422)


def test_escapes_words(page, plan):
    planning.add_passage(plan=plan, kind="NOTE", heading="<ul><li>=1+1", body="x", order=99, by="test")
    settle()
    html = page().content.decode()
    assert "&lt;ul&gt;&lt;li&gt;=1+1" in html
    assert "<ul><li>=1+1" not in html


def test_asks_as_much_on_every_page(page, cast, django_assert_max_num_queries):
    for key in ("business-unit", "chair-ldg"):
        client = cast(key).signed_in()
        client.get(URL)
        for number in (1, 3, 99):
            with django_assert_max_num_queries(36):
                client.get(URL, {"page": number})
