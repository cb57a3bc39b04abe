"""The plan as at a moment: chosen everywhere it is shown, said clearly, carried along, and nothing that writes."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sscp.demonstration import set_clock
from tests.long_history import live_again
from workstreams import gather, history, permissions
from workstreams.forms.moments import AsAtForm
from workstreams.models import Ledger, Measure, Meeting, Version
from workstreams.operations import meetings, people, ratings, recorded, settle
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import PlanState

PLAN, DASHBOARD, REPORTS = "/plans/business-plan/", "/dashboard/", "/reports/"
WHOLE = Reader(everything=True, drafts=True)
WHY = "The partnership asked for it."


def words(response):
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def title(response):
    return re.search(r"<title>(.*?)</title>", response.content.decode(), re.S)[1]


@pytest.fixture
def seqs(plan):
    """The rows that papers print, by the label of their version."""
    return {e.version.label: e.seq for e in gather.editions(plan)}


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").signed_in()


@pytest.fixture
def measure(measure_at, db):
    return measure_at("4.1#1")


# ---- which moments there are


def test_offers_editions_newest_first_each_by_the_row_that_its_papers_print(plan, seqs):
    offered = AsAtForm({}, plan=plan).fields["as-at"].offered
    assert offered[0] == ("", "Now")
    assert [address for address, _ in offered[1:]] == [str(seqs[label]) for label in seqs]
    assert ("304", "Version 1.7, agreed on 18 July 2023") in offered
    for version in Version.objects.frozen():
        assert seqs[version.label] == version.picture["seq"]


def test_offers_a_meeting_that_froze_nothing_by_its_day(plan, cast):
    with recorded(cast("business-unit").by):
        Meeting.objects.create(
            group=plan.deciding_group,
            held_on=date(2023, 9, 5),
            papers_close_at=gather.head().at,
            state="CLOSED",
        )
        settle()
    offered = dict(AsAtForm({}, plan=plan).fields["as-at"].offered)
    assert offered["2023-09-05"] == "Meeting of 5 September 2023"


def test_partner_staff_choose_among_what_was_agreed(plan, cast):
    choices = dict(AsAtForm({}, plan=plan, agreed_only=True).fields["as-at"].offered)
    assert len(choices) > 2
    assert all("agreed on" in words for words in choices.values() if words != "Now")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"as-at": "304"}, "304"),
        ({"as-at": "304-2023-07-18"}, "304-2023-07-18"),
        ({"as-at": "2023-08-15"}, "2023-08-15"),
        ({"as-at": "304", "as-at_day": "15/8/2023"}, "2023-08-15"),
        ({"as-at": "", "as-at_day": "15 August 2023"}, "2023-08-15"),
        ({"as-at_day": "304"}, "304"),
    ],
)
def test_reads_a_row_a_row_on_its_day_and_a_day_however_it_is_written(plan, given, address):
    form = AsAtForm(given, plan=plan)
    assert form.is_valid(), form.errors
    assert form.moment.address == address
    assert form["as-at"].value() == [address, ""]  # what was written stands in the list, the box is free
    assert address in str(form["as-at"])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("99999", "There is no record 99999. Records are numbered from 1 to "),
        ("0", "There is no record 0."),
        ("2031-01-01", "1 January 2031 is still to come."),
        ("2019-01-01", "Nothing had been recorded by 1 January 2019. The first record is of 7 July 2023."),
        ("2023-02-31", "2023-02-31 is no day."),
        ("304-2023-09-30", "Record 304 was not the newest on 30 September 2023."),
        ("304-2023-07-01", "Record 304 was not written yet on 1 July 2023, but on 18 July 2023."),
        ("304-2031-07-01", "1 July 2031 is still to come."),
        ("yesterday", "Give a day, for example 18/7/2023, or the number of a record as papers print it."),
        ("9" * 30, "Give a day, for example"),
    ],
)
def test_says_why_something_is_no_moment(unit, given, sentence):
    for address in (PLAN, f"{PLAN}references/4.1/", DASHBOARD):
        answer = unit.get(address, {"as-at": given})
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert f'href="{address}"' in answer.content.decode()  # back to now
    for report in (REPORTS, f"{REPORTS}now/report.pdf", f"{REPORTS}now/report.xlsx"):
        answer = unit.get(report, {"as-at": given})
        assert answer.status_code == 422
        assert sentence in words(answer)


def test_keeps_what_was_typed_where_it_is_no_day(unit):
    answer = unit.get(PLAN, {"as-at": "", "as-at_day": "31/2/2023", "level": "A"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="31/2/2023"' in page
    assert '<input type="hidden" name="level" value="A">' in page


def test_says_since_when_there_is_such_a_plan(unit, plan):
    first = Ledger.objects.filter(table="workstreams_plan").earliest("seq").seq
    for address in (PLAN, DASHBOARD, f"{REPORTS}now/report.pdf"):
        answer = unit.get(address, {"as-at": first - 1})
        assert answer.status_code == 404
        assert f"It has stood since 7 July 2023, record {first}, and can be shown from then on." in words(
            answer
        )


# ---- what a page shows


def test_the_page_says_which_moment_it_shows_and_leads_back(unit, seqs):
    answer = unit.get(PLAN, {"as-at": seqs["1.7"], "level": "A"})
    text = words(answer)
    assert "As at version 1.7, agreed on 18 July 2023" in text
    assert "what was known then, on 18 July 2023 with record 304 the newest" in text
    assert f'href="{PLAN}?level=A">Back to now' in answer.content.decode()
    assert title(answer).startswith("The plan as at version 1.7, agreed on 18 July 2023 - ")
    assert title(unit.get(PLAN)).startswith("The plan - ")
    assert "Back to now" not in words(unit.get(PLAN))


@pytest.mark.parametrize("address", [PLAN, f"{PLAN}references/4.1/", DASHBOARD, "measure"])
def test_nothing_on_it_writes_and_every_page_beneath_keeps_the_moment(unit, measure, address):
    address = f"/measures/{measure.pk}/" if address == "measure" else address
    page = unit.get(address, {"as-at": "304"}).content.decode().partition("<main")[2]
    assert 'method="post"' not in page
    assert "/keeping/" not in page
    assert "correction" not in page
    shown = re.findall(r'href="(/(?:plans/business-plan|measures|dashboard)/[^"]*)"', page)
    assert shown or "measures" in address
    for link in shown:
        back = link == address or (link.startswith(address) and "as-at" not in link and "Back to now" in page)
        assert "as-at=304" in unescape(link) or back, link
    assert " as at version 1.7" in title(unit.get(address, {"as-at": "304"}))


def test_keeps_its_filters_and_narrows_the_plan_of_then(unit):
    answer = unit.get(PLAN, {"as-at": "304", "level": "A"})
    assert "9 of 42 measures shown: Amber" in words(answer)
    assert '<input type="hidden" name="as-at" value="304">' in answer.content.decode()
    assert f'href="{PLAN}?as-at=304">Show the whole plan' in answer.content.decode()


def test_an_edition_speaks_of_its_own_meeting_and_a_row_of_the_next(unit, plan, seqs):
    moment = gather.moment_at(plan, seqs["1.7"])
    assert moment.version.label == "1.7"
    assert gather.picture_for(WHOLE, plan, as_at=moment).next_meeting.held_on == date(2023, 7, 18)
    assert "rating changed since" not in words(unit.get(PLAN, {"as-at": seqs["1.7"]}))


def test_a_changed_wording_is_told_as_it_was(unit, cast, measure):
    before = gather.head().seq
    planning.change(item=measure, text="Said in quite other words", because=WHY, by=cast("business-unit").by)
    address = f"/measures/{measure.pk}/"
    assert "Said in quite other words" in words(unit.get(address))
    then = words(unit.get(address, {"as-at": before}))
    assert "Said in quite other words" not in then
    assert f"record {before}" in then


def test_a_withdrawn_measure_is_there_as_at_before(unit, cast, measure):
    address, before = f"/measures/{measure.pk}/", gather.head().seq
    planning.withdraw(item=measure, because=WHY, by=cast("business-unit").by)
    assert unit.get(address).status_code == 303
    assert unit.get(address, {"as-at": before}).status_code == 200
    gone = unit.get(address, {"as-at": gather.head().seq})
    assert gone.status_code == 404
    assert "This measure was not in the plan as at" in words(gone)


def test_the_timeline_ends_with_the_moment_and_strikes_nothing_through_before_it_was_corrected(
    cast, plan, measure_at
):
    latest = plan.versions.agreed().latest("seq")
    rating = next(
        r for r in latest.meeting.ratings.filter(step="AGREED").order_by("-pk") if r.measure.is_live
    )
    measure, before = rating.measure, gather.head().seq
    level = plan.levels.exclude(pk=rating.level_id).first()
    newest = measure.ratings.order_by("-pk").first()
    meetings.correct_decision(
        measure=measure,
        level=level,
        because="Written down wrongly.",
        by=cast("business-unit").by,
        seen=newest.pk,
    )
    struck = [e for e in history.timeline(measure.pk, WHOLE) if e.struck]
    assert [e.now for e in struck] == [rating.level.word]
    then = history.timeline(measure.pk, WHOLE, upto=before)
    assert not any(e.struck for e in then)
    assert max(e.seq for e in then) <= before
    page = words(cast("scrutineer").signed_in().get(f"/measures/{measure.pk}/", {"as-at": before}))
    assert "corrected since" not in page
    assert "Recorded later about this time" in page
    assert "Because: Written down wrongly." in page


def test_finds_in_the_plan_of_then(unit, cast, measure):
    before = gather.head().seq
    planning.change(item=measure, text="Said in quite other words", because=WHY, by=cast("business-unit").by)
    assert "1 found" in words(unit.get("/find/", {"q": "quite other words"}))
    then = unit.get("/find/", {"q": "quite other words", "as-at": before})
    assert "Nothing found" in words(then)
    assert f'<input type="hidden" name="as-at" value="{before}">' in then.content.decode()
    posts = unit.get("/find/", {"q": "learning and development group", "as-at": before})
    assert f'href="/measures/{measure.pk}/?as-at={before}"' in posts.content.decode()
    reference = unit.get("/find/", {"q": "4.1", "as-at": "304"})
    assert reference["Location"].endswith("/references/4.1/?as-at=304")


# ---- known then, effective then


def test_tells_what_was_recorded_later_about_the_time_before(cast, plan, measure_at):
    before, today = gather.head(), gather.today()
    arg, unit = cast("chair-arg"), cast("business-unit").by
    set_clock(before.at + timedelta(days=9))
    appointment = arg.user.appointments.get(post=arg.post)
    people.end_appointment(appointment=appointment, ends_on=today, by=unit, because="Left us.")
    measure = measure_at("4.2#2")
    level, seen = plan.levels.get(code="A"), measure.ratings.latest("pk").pk
    rating = ratings.send_update(
        measure=measure, level=level, words="Canary", recovery_plan="By May.", effective_on=today,
        by=cast("chair-ldg").by, seen=seen,
    )  # fmt: skip
    moment = gather.moment_named(plan, f"{before.seq}-{today.isoformat()}")

    def later(who):
        picture = gather.picture_for(permissions.reader(cast(who).person), plan, as_at=moment)
        reader = permissions.reader(cast(who).person)
        return [
            (each.about, each.words, each.entry.seq)
            for each in history.recorded_later(picture, before.seq, reader)
        ]

    ended = Ledger.objects.get(table="workstreams_appointment", seq__gt=before.seq).seq
    sent = Ledger.objects.get(table="workstreams_rating", row=str(rating.pk)).seq
    everything = [(today, "recorded 9 days later", ended), (today, "recorded 9 days later", sent)]
    assert later("scrutineer") == later("chair-ldg") == everything
    assert later("chair-mash") == everything[:1]  # what LDG proposes is theirs until it is decided
    page = words(cast("scrutineer").signed_in().get(PLAN, {"as-at": f"{before.seq}-{today.isoformat()}"}))
    assert "About 24 November 2023, recorded 9 days later " in page
    assert f"Record {sent}" in page


def test_says_that_nothing_was_recorded_later(unit, seqs):
    text = words(unit.get(PLAN, {"as-at": seqs["1.7"]}))
    assert "Nothing has been recorded after 18 July 2023 that speaks of that day or an earlier one." in text
    assert "Recorded later" not in words(unit.get(PLAN))


# ---- who sees it


def test_a_chair_sees_of_then_what_their_posts_may(cast, plan, seqs):
    papers = next(v for v in Version.objects.frozen().order_by("seq") if v.step == "PROVISIONAL")
    moment = gather.moment_of(papers)
    for who in ("chair-ldg", "chair-mash", "scrutineer"):
        reader = permissions.reader(cast(who).person)
        assert gather.picture_for(reader, plan, as_at=moment) == gather.frozen(reader, papers)


def test_partner_staff_read_what_had_been_agreed_by_then(cast, plan, seqs):
    viewer = cast("viewer").signed_in()
    first = viewer.get(PLAN, {"as-at": seqs["1.7"]})
    assert first.context["picture"].agreed_version.label == "1.7"
    later = viewer.get(PLAN, {"as-at": "2023-09-15"})
    assert later.context["picture"].agreed_version.dated == date(2023, 8, 29)
    assert "the version that had last been agreed then, of 29 August 2023" in words(later)
    assert "Recorded later" not in words(later)
    assert viewer.get(DASHBOARD, {"as-at": seqs["1.7"]}).status_code == 404
    assert viewer.get(f"{REPORTS}now/report.xlsx", {"as-at": seqs["1.7"]}).status_code == 404


def test_what_a_plan_was_while_it_was_drafted_is_the_business_units_alone(cast, plan):
    drafted = [
        row.seq
        for row in Ledger.objects.filter(table="workstreams_plan", row=str(plan.pk)).order_by("seq")
        if row.after["state"] == PlanState.DRAFT
    ][-1]
    assert cast("business-unit").signed_in().get(PLAN, {"as-at": drafted}).status_code == 200
    for who in ("dsp-police", "scrutineer", "chair-ldg"):
        answer = cast(who).signed_in().get(PLAN, {"as-at": drafted})
        assert answer.status_code == 404
        assert f"This plan did not stand yet at record {drafted}: it was being drafted." in words(answer)
        report = cast(who).signed_in().get(f"{REPORTS}now/report.xlsx", {"as-at": drafted})
        assert report.status_code == 404


# ---- what is overdue is counted from the day


def test_a_paper_prints_an_address_that_opens_it_as_printed_days_after_the_last_record(cast, plan, unit):
    """Nothing is written for weeks: the same row of the ledger is another report each day."""
    from reporting import operations

    at = gather.head()
    set_clock(at.at + timedelta(days=40))
    reader = permissions.reader(cast("business-unit").person)
    printed = operations.pack_now(plan, reader)
    live = unit.get(PLAN)
    assert printed.on == at.today + timedelta(days=40)
    assert printed.reopens == f"{PLAN}?as-at={at.seq}-{printed.on.isoformat()}"
    with recorded(cast("business-unit").by):
        Measure.objects.filter(pk=plan.pk).update(text="Something else")
        settle()
    set_clock(at.at + timedelta(days=90))
    again = unit.get(printed.reopens)
    assert again.context["counts"] == live.context["counts"]
    late = [m.overdue_days for m in live.context["picture"].measures]
    assert [m.overdue_days for m in again.context["picture"].measures] == late
    assert late != [m.overdue_days for m in unit.get(PLAN, {"as-at": at.seq}).context["picture"].measures]
    redrawn = operations.pack_then(plan, reader, gather.moment_named(plan, printed.moment))
    assert (redrawn.lines, redrawn.counts, redrawn.moment) == (printed.lines, printed.counts, printed.moment)
    assert redrawn.standing.startswith(f"As at {printed.on:%-d %B %Y}: working draft")


def test_a_live_report_and_an_edition_of_one_row_have_each_their_own_address(plan, seqs):
    edition = gather.moment_named(plan, str(seqs["1.7"]))
    live = gather.moment_named(plan, f"{seqs['1.7']}-2023-07-18")
    assert edition.version is not None
    assert live.version is None
    assert edition.seq == live.seq


# ---- what it costs


def test_asks_as_often_for_a_history_ten_times_as_long(plan, seqs):
    def asked(moment):
        with CaptureQueriesContext(connection) as queries:
            gather.take(plan, moment)
        return len(queries)

    long_ago = gather.moment_of(Version.objects.get(label="1.7"))
    before = asked(long_ago), asked(gather.moment_at(plan, gather.head().seq))
    live_again(9)
    assert (asked(long_ago), asked(gather.moment_at(plan, gather.head().seq))) == before
    assert max(before) <= 6


@pytest.mark.parametrize(
    ("address", "most"), [(PLAN, 36), (f"{PLAN}references/4.1/", 24), (DASHBOARD, 36), (f"{REPORTS}", 40)]
)
def test_a_page_asks_the_database_little(unit, django_assert_max_num_queries, address, most):
    with django_assert_max_num_queries(most):
        assert unit.get(address, {"as-at": "304"}).status_code == 200


@pytest.mark.parametrize(("who", "most"), [("business-unit", 27), ("chair-ldg", 38)])
@pytest.mark.parametrize("moment", [{"as-at": "304"}, {"as-at_day": "304"}])
def test_the_page_of_a_measure_asks_the_database_little(
    cast, measure, django_assert_max_num_queries, who, most, moment
):
    client, address = cast(who).signed_in(), f"/measures/{measure.pk}/"
    with django_assert_max_num_queries(most + 32):  # with the plan's two pictures, then and now
        assert client.get(address, moment).status_code == 200
    with django_assert_max_num_queries(most):
        client.get(address, moment)
