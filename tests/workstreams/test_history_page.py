"""The history of the whole plan as a table: filters, pages, and nobody else's proposals."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.shapes import inspection
from workstreams.models import Ledger, Meeting, Outcome, Plan, Rating, User
from workstreams.operations import plan as planning
from workstreams.operations import recorded, settle
from workstreams.vocabulary import PlanShape, RatingStep

pytestmark = pytest.mark.database  # its filters ask the ledger in ways that nothing else does

URL = reverse("workstreams:history-page")


@pytest.fixture
def other_plan(db, cast):
    """An inspection's plan beside the business plan."""
    inspection(cast("business-unit"), cast("chair-mash"))
    settle()
    return Plan.objects.get(shape=PlanShape.INSPECTION)


@pytest.fixture
def page(db, cast):
    """The page as somebody sees it, with filters."""
    return lambda key="business-unit", **filters: cast(key).signed_in().get(URL, filters)


def rows(response):
    return [entry.seq for entry in response.context["entries"]]


def walked(response, way, page):
    """Every row from here on, older or newer, as the links lead."""
    found = rows(response)
    while (on := getattr(response.context["shown"], way)) is not None:
        response = page(**({"before": on} if way == "older" else {"after": on}))
        found = found + rows(response) if way == "older" else rows(response) + found
    return found


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
    assert response.context["number"] == Ledger.objects.count()
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
    assert table.count("<tr") == table.count('role="row"') == len(page().context["acts"]) + 1
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
    shown = walked(page("chair-ldg"), "older", lambda **where: page("chair-ldg", **where))
    assert not seqs & set(shown)
    assert page("chair-ldg").context["number"] == len(shown) < Ledger.objects.count()


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


def test_filters_by_person_group_reference_and_plan(page, plan, cast):
    chair = cast("chair-mash")
    assert {e.who for e in page(person=chair.user.pk).context["entries"]} == {str(chair.user)}
    entries = page(group=chair.post.group_id).context["entries"]
    assert {"RATING", "PEOPLE"} <= {e.kind for e in entries}
    signed = [e.post for e in entries if e.kind == "RATING"]
    assert signed
    assert {post.removeprefix("on behalf of ") for post in signed} == {chair.post.title}
    assert {e.ref for e in page(reference="4.1").context["entries"]} == {"4.1"}


def test_a_group_brings_what_its_meetings_decided_whoever_wrote_it_down(page, plan):
    rated = page(group=plan.deciding_group_id, kind="RATING").context["entries"]
    decisions = [e for e in rated if e.heading.startswith("Executive agreed")]
    assert {e.post for e in decisions} == {"Business Unit"}
    assert not [e for e in rated if e.post == "Business Unit" and e.heading.startswith("Returned")]
    meetings = page(group=plan.deciding_group_id, kind="MEETING").context["entries"]
    assert any(e.heading.startswith("Present") for e in meetings)


def test_a_reference_that_old_papers_print_is_found_after_it_was_changed(page, cast):
    outcome, unit = Outcome.objects.get(ref="4.1"), cast("business-unit").by
    before = page(reference="4.1").context["number"]
    planning.change(item=outcome, ref="4.9", because="Renumbered.", by=unit)
    settle()
    assert page(reference="4.1").context["number"] == page(reference="4.9").context["number"] == before + 1
    other = planning.add_outcome(
        workstream=outcome.workstream, ref="4.1", statement="Another one", because="New.", by=unit
    )
    settle()
    assert page(reference="4.1").context["number"] == before + 2
    assert other.ref == "4.1"


def test_offers_plans_where_there_are_several(page, plan, other_plan):
    assert "plan" in page().context["form"].fields
    for each in (plan, other_plan):
        response = page(plan=each.ref)
        assert response.context["number"]
        assert f'<option value="{each.ref}" selected>' in response.content.decode()
    assert {e.ref for e in page(plan=other_plan.ref, kind="TARGET").context["entries"]} <= {"1", "2", "3"}
    assert page(plan="no-such-plan").status_code == 422


def test_folds_the_rarer_filters_away_until_one_is_used(page, cast):
    assert '<details class="govuk-details">' in page(kind="PLAN").content.decode()
    for used in ({"post": cast("dsp-police").post.pk}, {"reference": "9.99"}, {"person": "x"}):
        assert '<details class="govuk-details" open>' in page(**used).content.decode()


def test_unfolds_what_was_done_at_one_go_and_leads_to_each_record(page):
    response = page(after=0)
    html = response.content.decode()
    folded = [act for act in response.context["acts"] if act.others]
    assert folded
    assert f"and {len(folded[0].others)} more recorded with it" in html
    for seq in rows(response):
        assert f'href="{reverse("workstreams:record-page", args=[seq])}"' in html


def test_keeps_the_filters_in_the_form_and_in_the_links_to_other_pages(page):
    html = page(kind="PLAN", since="1/4/2023").content.decode()
    assert '<option value="PLAN" selected>' in html
    assert 'value="1/4/2023"' in html
    assert re.search(r'href="\?kind=PLAN&amp;since=1%2F4%2F2023&amp;before=\d+"', html)
    assert "Clear the filters" in html


def test_shows_the_history_of_one_measure(page, measure_at):
    measure = measure_at("4.1#2")
    response = page(measure=measure.pk)
    assert {e.measure_id for e in response.context["entries"]} == {measure.pk}
    assert "History of one measure" in response.content.decode()
    assert page(measure=10**9).status_code == 404


def test_draws_the_life_of_one_measure_with_its_table(page, measure_at):
    measure = measure_at("4.1#2")
    response = page(measure=measure.pk)
    html = response.content.decode()
    drawn = html[html.index("<figure") : html.index("</figure>")]
    table = html[html.index("</figure>") : html.index("</section>")]
    assert drawn.count("<desc>") == 2  # wide and narrow
    for entry in response.context["lived"]:
        assert drawn.count(f"<title>Record {entry.seq}, ") == 2
        assert table.count(f'href="{entry.url}"') == 1
    assert "<figure" not in page().content.decode()


def test_a_filter_leaves_the_drawing_whole(page, measure_at):
    measure = measure_at("4.1#2").pk
    assert page(measure=measure, kind="TARGET").context["lived"] == page(measure=measure).context["lived"]


def test_says_so_where_a_life_is_too_long_to_draw_whole(page, measure_at, monkeypatch):
    monkeypatch.setattr("workstreams.history.SHOWN", 3)
    monkeypatch.setattr("workstreams.history.timeline.__defaults__", (3,))
    html = page(measure=measure_at("4.1#2").pk).content.decode()
    assert "Its newest 3 records." in html


def test_leaves_out_of_the_drawing_what_the_reader_may_not_see(page, measure_at):
    measure = measure_at("4.1#2").pk
    whole, others = (page(key, measure=measure).context["lived"] for key in ("scrutineer", "chair-mash"))
    assert {e.seq for e in others} < {e.seq for e in whole}
    assert not any(e.provisional for e in others)


def test_says_how_many_and_which(page):
    count = Ledger.objects.count()
    html = page(before=count - 49).content.decode()
    assert f"{count} entries, records {count - 50} to {count - 99} shown" in html


def test_says_that_there_are_more_than_it_counts(page, monkeypatch):
    monkeypatch.setattr("workstreams.views.history.COUNTED", 100)
    assert "More than 100 entries" in page().content.decode()
    assert "More than" not in page(kind="IMPACT").content.decode()


@pytest.mark.parametrize("key", ["business-unit", "chair-ldg"])
def test_leads_through_every_entry_once_both_ways(page, key):
    everything = walked(page(key), "older", lambda **where: page(key, **where))
    assert everything == sorted(set(everything), reverse=True)
    oldest = page(key, after=0)
    assert rows(oldest)[-1] == everything[-1]
    assert walked(oldest, "newer", lambda **where: page(key, **where)) == everything


def test_a_place_in_the_history_stays_when_something_is_added(page, plan):
    place = page().context["shown"].older
    before = rows(page(before=place))
    planning.add_passage(plan=plan, kind="NOTE", heading="One more", body="x", order=99, by="test")
    settle()
    assert rows(page(before=place)) == before


@pytest.mark.parametrize("where", [{"before": "nonsense"}, {"before": 1}, {"after": 10**9}, {"after": "-1"}])
def test_begins_with_the_newest_where_no_place_is_meant(page, where):
    assert rows(page(**where)) == rows(page())


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
        ({"group": "x"}, "Choose “Group that acted” from its list."),
        ({"person": "999999"}, "Choose “Person who acted” from its list."),
        ({"reference": "9.99"}, "No outcome has or had this reference."),
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
    for name in ("workstream", "post", "meeting", "group", "person", "reference"):
        assert page(**{name: 10**30}).status_code == 422
    assert page(measure=10**30).status_code in (404, 422)


def test_escapes_words(page, plan):
    planning.add_passage(plan=plan, kind="NOTE", heading="<ul><li>=1+1", body="x", order=99, by="test")
    settle()
    html = page().content.decode()
    assert "&lt;ul&gt;&lt;li&gt;=1+1" in html
    assert "<ul><li>=1+1" not in html


def test_asks_as_much_on_every_page(page, plan, cast, django_assert_max_num_queries):
    for key in ("business-unit", "chair-ldg"):
        client = cast(key).signed_in()
        client.get(URL)
        for where in ({}, {"before": 300}, {"after": 0}, {"workstream": plan.workstreams.first().pk}):
            with django_assert_max_num_queries(40):
                client.get(URL, where)
