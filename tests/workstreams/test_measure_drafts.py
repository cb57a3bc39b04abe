"""Drafts of an update: kept by the button or by the page itself; private, and never in the way of sending."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from sscp.typed import Typed
from tests.conftest import together
from workstreams.gather import LONDON
from workstreams.models import Draft, Meeting, Rating
from workstreams.operations.drafts import sweep_drafts

HTMX = {"HX-Request": "true"}
HALF = "Half a sen"


def address(measure):
    return reverse("workstreams:measure-page", args=[measure.pk])


@pytest.fixture
def measure(db, measure_at):
    return measure_at("4.2#2")


@pytest.fixture
def chair(cast):
    return cast("chair-ldg").signed_in()


@pytest.fixture
def window(chair, measure, fill):
    """A page opened now; what its form sends, with changes."""

    def opened():
        page = chair.get(address(measure))
        return lambda action="draft", **changes: fill(
            page, **({"level": "G", "words": HALF, "action": action} | changes)
        )

    return opened


def test_is_kept_and_found_again_with_its_figures(chair, measure, window):
    answer = chair.post(
        address(measure), window()(figure_0_name="Seen", figure_0_number="4 of", figure_0_out_of="50")
    )
    assert (answer.status_code, answer["Location"]) == (303, address(measure))
    page = chair.get(address(measure)).content.decode()
    for kept in (HALF, 'value="Seen"', 'value="4 of"', "Draft saved at"):
        assert kept in page
    assert not Rating.objects.filter(words=HALF).exists()


def test_the_page_that_keeps_itself_gets_its_status_alone(chair, measure, window):
    assert chair.post(address(measure), window()(), headers=HTMX).status_code == 303
    part = chair.get(address(measure), headers=HTMX)
    text = part.content.decode()
    assert "<html" not in text
    assert "<textarea" not in text
    assert 'id="draft" hx-swap-oob="true"' in text
    assert "Draft saved at" in text
    assert 'id="announce" hx-swap-oob="innerHTML">Draft saved at' in text
    assert part["Vary"].count("HX-Request") == 1


def test_the_page_that_keeps_itself_leaves_no_banner_for_a_later_page(chair, measure, window):
    form = window()
    for words in ("H", "Ha"):
        chair.post(address(measure), form(words=words), headers=HTMX)  # left before its answer was fetched
    refused = chair.post(address(measure), form("send", words=""))
    assert refused.status_code == 422
    assert "Only you can see it until you send it" not in refused.content.decode()


def test_one_kept_beside_a_sent_update_is_named_wherever_it_is_found(chair, measure, window):
    chair.post(address(measure), window()("send", words="Whole."))
    chair.post(address(measure), window()(words=HALF))
    assert "A draft of yours is not sent" in chair.get(reverse("workstreams:my-updates")).content.decode()
    page = chair.get(address(measure)).content.decode()
    assert "The form holds a draft of yours, saved" in page


def test_keeping_does_not_use_the_form_up(chair, measure, window):
    form = window()
    for words in ("H", "Ha", HALF):
        assert chair.post(address(measure), form(words=words)).status_code == 303
    rows = Rating.objects.count()
    sent = [chair.post(address(measure), form("send", words="Whole.")) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert Rating.objects.count() == rows + 1
    assert not Draft.objects.exists()


def test_a_form_that_was_sent_keeps_no_draft_any_more(chair, measure, window):
    form = window()
    chair.post(address(measure), form("send", words="Whole."))
    assert chair.post(address(measure), form(), headers=HTMX).status_code == 303
    assert not Draft.objects.exists()


def test_another_window_is_told_and_overwrites_nothing(chair, measure, window):
    first, second = window(), window()
    chair.post(address(measure), first(words="From the first."))
    told = chair.post(address(measure), second(words="From the second."))
    text = told.content.decode()
    assert told.status_code == 409
    at = Draft.objects.get().saved_at.astimezone(LONDON)
    assert f"Another window of yours saved a draft of this at {at:%H:%M}." in text
    assert "From the second." in text  # what was typed is kept on the page
    assert Draft.objects.get().fields["words"] == "From the first."
    part = chair.post(address(measure), second(words="From the second."), headers=HTMX)
    assert part.status_code == 409
    assert "Save what is here in its place" in part.content.decode()
    assert "<textarea" not in part.content.decode()


def test_the_other_window_may_put_its_own_in_its_place(chair, measure, window):
    first, second = window(), window()
    chair.post(address(measure), first(words="From the first."))
    assert chair.post(address(measure), second("draft-mine", words="Mine.")).status_code == 303
    assert chair.post(address(measure), second(words="Mine, longer.")).status_code == 303
    assert Draft.objects.get().fields["words"] == "Mine, longer."
    assert chair.post(address(measure), first(words="Older.")).status_code == 409


def test_a_window_opened_on_a_draft_goes_on_with_it(chair, measure, window):
    chair.post(address(measure), window()())
    assert chair.post(address(measure), window()(words="Half a sentence.")).status_code == 303
    assert Draft.objects.get().fields["words"] == "Half a sentence."


def test_what_a_refused_form_kept_stays_its_own(chair, measure, window, fill):
    form = window()
    chair.post(address(measure), form())
    refused = chair.post(address(measure), form("send", words=""))
    assert refused.status_code == 422
    assert chair.post(address(measure), fill(refused, words="More.", action="draft")).status_code == 303


@pytest.mark.parametrize("words", ["A\x00b", "x" * 3001])
def test_what_cannot_be_kept_is_said_and_stays_on_the_page(chair, measure, window, words):
    answer = chair.post(address(measure), window()(words=words))
    assert answer.status_code == 422
    assert "Your draft is not saved" in answer.content.decode()
    assert "Choose the rating" not in answer.content.decode()  # nothing is being sent
    assert not Draft.objects.exists()
    part = chair.post(address(measure), window()(words=words), headers=HTMX)
    assert part.status_code == 422
    assert "<textarea" not in part.content.decode()


def test_more_rows_for_figures_send_and_keep_nothing(chair, measure, window):
    rows = Rating.objects.count()
    page = chair.post(
        address(measure), window()("rows", figure_0_name="Seen", figure_0_number="41", figure_2_name="")
    )
    form = page.context["form"]
    assert page.status_code == 200
    assert (form.row_count, form["figure_0_name"].value(), form["words"].value()) == (6, "Seen", HALF)
    assert "There is a problem" not in page.content.decode()
    again = chair.post(address(measure), window()("rows", figure_5_name=""))
    assert again.context["form"].row_count == 9
    assert (Rating.objects.count(), Draft.objects.count()) == (rows, 0)


@pytest.mark.parametrize("who", ["scrutineer", "chair-arg"])
def test_those_who_send_nothing_keep_nothing(cast, measure, window, who):
    assert cast(who).signed_in().post(address(measure), window()()).status_code == 403
    assert not Draft.objects.exists()


def test_partner_staff_and_strangers_do_not_find_it(cast, measure, window):
    assert cast("viewer").signed_in().post(address(measure), window()()).status_code == 404
    assert Client().post(address(measure), window()()).status_code == 422  # sign in, and nothing is lost
    assert not Draft.objects.exists()


def test_costs_as_many_queries_as_a_page_at_most(chair, measure, window, django_assert_max_num_queries):
    form = window()
    chair.post(address(measure), form())
    with django_assert_max_num_queries(40):
        chair.post(address(measure), form(words="More."), headers=HTMX)


# ---- swept


def draft_of(member, measure, on):
    draft = Draft.objects.create(user=member.user, measure=measure, fields={"words": HALF})
    moment = datetime(on.year, on.month, on.day, 23, 59, tzinfo=LONDON)
    Draft.objects.filter(pk=draft.pk).update(saved_at=moment)
    return draft


def test_is_swept_thirty_days_after_the_meeting_it_was_for(cast, measure, measure_at):
    last = Meeting.objects.filter(state="CLOSED").order_by("-held_on").first().held_on
    draft_of(cast("chair-ldg"), measure, last)
    fresh = draft_of(cast("chair-ldg"), measure_at("4.1#3"), last + timedelta(days=1))
    assert sweep_drafts(last + timedelta(days=30)) == 0
    assert sweep_drafts(last + timedelta(days=31)) == 1
    assert list(Draft.objects.all()) == [fresh]
    assert sweep_drafts(date(2030, 1, 1)) == 0  # its meeting has not been held


def test_no_draft_outlives_its_update_however_they_race(stage, cast, measure_at, fill):
    measure = measure_at("4.2#2")
    clients = [cast("chair-ldg").signed_in() for _ in range(8)]
    form = fill(clients[0].get(address(measure)), level="G", words="Whole.", action="send")

    def act(n):
        return clients[n].post(address(measure), form if n == 0 else form | {"action": "draft"})

    answers = together(8, act)
    assert {answer.status_code for answer in answers} == {303}
    assert Rating.objects.filter(measure=measure, words="Whole.").count() == 1
    assert not Draft.objects.exists()


def test_what_is_shown_of_a_form_whose_session_ended_are_words_alone(measure, window):
    sent = window()(figure_0_name="Seen") | {"impact-request_id": "6b1f6a3e", "impact-text": "Waits fell."}
    shown = Typed.of(RequestFactory().post(address(measure), sent)).words
    assert shown == [
        {"label": "Words", "text": HALF},
        {"label": "Figure 0 name", "text": "Seen"},
        {"label": "Text", "text": "Waits fell."},
    ]
