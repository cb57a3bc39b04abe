"""One measure: who may say what of it, and what becomes of their words."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY, together
from workstreams.models import Draft, Ledger, Rating, Receipt
from workstreams.operations import people
from workstreams.vocabulary import RatingStep

WORDS = "The data officer starts on Monday; two of the seven teams still keep their own lists."
PLAN = "The backlog is loaded by the end of January."


def address(measure):
    return reverse("workstreams:measure-page", args=[measure.pk])


@pytest.fixture
def open_measure(db, measure_at):
    """A measure of LDG's that is asked for and not yet updated."""
    return measure_at("4.2#2")


@pytest.fixture
def send(cast, fill):
    """Open the page as somebody and send its form with changes."""

    def act(who, measure, client=None, **changes):
        client = client or cast(who).signed_in()
        page = client.get(address(measure))
        sent = {"level": "A", "words": WORDS, "recovery_plan": PLAN, "action": "send"} | changes
        return client.post(address(measure), fill(page, **sent))

    return act


def test_shows_the_facts_and_the_form_to_its_chair(cast, open_measure):
    page = cast("chair-ldg").signed_in().get(address(open_measure))
    text = page.content.decode()
    assert page.status_code == 200
    for words in (
        "Target date",
        "Responsible officer",
        "held by LDG chair",
        "Which rating fits now?",
        "History",
    ):
        assert words in text
    assert "no-store" in page["Cache-Control"]


def test_an_update_leaves_a_row_its_ledger_row_and_its_words_on_the_page(cast, open_measure, send):
    newest = Ledger.objects.order_by("-seq").first().seq
    answer = send("chair-ldg", open_measure)
    assert (answer.status_code, answer["Location"]) == (303, reverse("workstreams:my-updates"))
    rating = Rating.objects.get(measure=open_measure, followed_by=None)
    assert (rating.step, rating.level.word, rating.words) == (RatingStep.PROVISIONAL, "Amber", WORDS)
    trace = Ledger.objects.get(seq__gt=newest, table="workstreams_rating")
    assert (trace.after["words"], trace.by, trace.for_post) == (
        WORDS,
        str(cast("chair-ldg").user.pk),
        str(cast("chair-ldg").post.pk),
    )
    text = cast("chair-ldg").signed_in().get(address(open_measure)).content.decode()
    assert WORDS in text
    assert "provisional" in text


def test_the_agreed_colour_stays_when_another_is_proposed(cast, open_measure, send, plan):
    from workstreams import gather

    before = gather.take(plan, gather.head()).find(open_measure.pk).measure.level
    send("chair-ldg", open_measure, level="R", risk_note="Nobody is in post.", recovery_plan="")
    after = gather.take(plan, gather.head()).find(open_measure.pk).measure
    assert after.level == before
    assert after.proposal.level.word == "Red"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"level": ""}, "Choose the rating that fits now."),
        ({"words": ""}, "Say in a sentence or two what is happening."),
        ({"words": "   \n "}, "Say in a sentence or two what is happening."),
        ({"recovery_plan": ""}, "Say what the plan is and by when."),
        ({"level": "R", "risk_note": ""}, "Say what the risk is"),
        ({"level": "B", "evidence": ""}, "Say what shows it is done."),
        ({"words": "x" * 100_000}, "Shorten this by 97,000 characters."),
        ({"words": "before\x07after"}, "hidden character"),
        ({"words": "before\x00after"}, "hidden character"),
        ({"level": "Z"}, "Select a valid choice"),
    ],
)
def test_bad_input_writes_nothing_says_why_and_keeps_the_words(open_measure, send, changes, sentence):
    rows = Rating.objects.count()
    answer = send("chair-ldg", open_measure, **changes)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert "There is a problem" in text
    assert "<title>Error: " in text
    kept = {"level": "A", "words": WORDS, "recovery_plan": PLAN} | changes
    shown = answer.context["form"]
    assert {name: shown[name].value() for name in ("words", "recovery_plan")} == {
        name: kept[name] for name in ("words", "recovery_plan")
    }
    assert Rating.objects.count() == rows
    assert not Receipt.objects.exists()


def test_a_lone_surrogate_is_refused_in_words(open_measure, cast, fill):
    """It reaches a form only in pieces that a browser would never send; it must not become a trace."""
    client = cast("chair-ldg").signed_in()
    sent = fill(client.get(address(open_measure)), level="G", action="send")
    body = "&".join(f"{k}={v}" for k, v in sent.items() if k != "words") + "&words=%ED%A0%80"
    answer = client.post(address(open_measure), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)
    assert not Rating.objects.filter(words__contains="\ufffe").exists()


def test_a_formula_is_kept_as_the_words_it_is(open_measure, send, cast):
    formula = '=HYPERLINK("http://example.org","<b>\'quoted\'</b>")'
    assert send("chair-ldg", open_measure, words=formula).status_code == 303
    assert Rating.objects.get(measure=open_measure, followed_by=None).words == formula
    text = cast("chair-ldg").signed_in().get(address(open_measure)).content.decode()
    assert "=HYPERLINK(&quot;http://example.org&quot;" in text
    assert "<b>&#x27;quoted" not in text


def test_a_future_measure_is_complete_only_with_a_because(cast, send, measure_at):
    measure = measure_at("5.1#3")
    answer = send("business-unit", measure, level="B", evidence="Minutes", received="by phone")
    assert answer.status_code == 422
    assert "This is a Future measure" in answer.content.decode()


def test_the_chair_of_another_subgroup_reads_it_and_cannot_write(cast, open_measure, fill):
    client = cast("chair-arg").signed_in()
    page = client.get(address(open_measure))
    assert page.status_code == 200
    assert "Which rating fits now?" not in page.content.decode()
    rows = Rating.objects.count()
    answer = client.post(
        address(open_measure), {"level": "G", "words": WORDS, "request_id": str(uuid.uuid4())}
    )
    assert answer.status_code == 403
    assert Rating.objects.count() == rows


def test_the_scrutineer_reads_it_and_cannot_write(cast, open_measure):
    client = cast("scrutineer").signed_in()
    assert client.get(address(open_measure)).status_code == 200
    assert client.post(address(open_measure), {"level": "G", "words": WORDS}).status_code == 403


def test_partner_staff_do_not_find_it(cast, open_measure):
    assert cast("viewer").signed_in().get(address(open_measure)).status_code == 404


def test_a_stranger_is_asked_to_sign_in(open_measure):
    answer = Client().get(address(open_measure))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_an_unknown_measure_is_not_found(cast, db):
    assert cast("chair-ldg").signed_in().get("/measures/999999/").status_code == 404


def test_an_ended_appointment_ends_access_at_once(cast, open_measure, fill):
    client = cast("chair-ldg").signed_in()
    form = fill(client.get(address(open_measure)), level="G", words=WORDS, action="send")
    from datetime import timedelta

    people.end_appointment(
        appointment=cast("chair-ldg").user.appointments.get(),
        ends_on=TODAY - timedelta(days=1),
        by=cast("business-unit").by,
    )
    rows = Rating.objects.count()
    assert client.post(address(open_measure), form).status_code == 404
    assert Rating.objects.count() == rows


def test_an_overtaken_update_keeps_both_texts(cast, open_measure, send, fill):
    late = cast("chair-ldg").signed_in()
    form = fill(late.get(address(open_measure)), level="G", words="Mine, typed slowly.", action="send")
    send("business-unit", open_measure, received="by phone", words="Theirs, sent first.")
    answer = late.post(address(open_measure), form)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs," in text
    assert "Mine," in text
    assert "somebody answered this measure first" in text
    assert ", received by phone</p>" in text
    again = late.post(address(open_measure), fill(answer, action="send"))
    assert again.status_code == 303
    assert list(
        Rating.objects.filter(measure=open_measure).order_by("-pk").values_list("words", flat=True)[:2]
    ) == [
        "Mine, typed slowly.",
        "Theirs, sent first.",
    ]


def test_an_own_update_from_another_window_is_said_to_be_ones_own(cast, open_measure, send, fill):
    first = cast("chair-ldg").signed_in()
    form = fill(first.get(address(open_measure)), level="G", words="From the first window.", action="send")
    send("chair-ldg", open_measure, words="From the second window.")
    answer = first.post(address(open_measure), form)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "you answered this measure in another window" in text
    assert "somebody answered" not in text.lower()


def test_the_same_update_again_from_a_page_opened_anew_is_refused(open_measure, send):
    send("chair-ldg", open_measure)
    rows = Rating.objects.count()
    again = send("chair-ldg", open_measure)
    assert again.status_code == 422
    assert "That is what you sent at" in again.content.decode()
    assert Rating.objects.count() == rows
    assert send("chair-ldg", open_measure, words=f"{WORDS} It grows.").status_code == 303


def test_the_words_beside_its_tags_are_read_out_once(cast, measure_at, db):
    text = cast("chair-ldg").signed_in().get(address(measure_at("5.1#3"))).content.decode()
    assert '<span aria-hidden="true"><span class="tag">' in text


def test_the_same_request_again_writes_nothing_and_answers_the_same(cast, open_measure, fill):
    client = cast("chair-ldg").signed_in()
    form = fill(client.get(address(open_measure)), level="G", words=WORDS, action="send")
    first, rows = client.post(address(open_measure), form), Rating.objects.count()
    again = client.post(address(open_measure), form)
    assert (again.status_code, again["Location"]) == (303, first["Location"])
    assert Rating.objects.count() == rows


def test_a_used_request_id_with_other_words_is_refused_and_keeps_them(cast, open_measure, fill):
    client = cast("chair-ldg").signed_in()
    form = fill(client.get(address(open_measure)), level="G", words=WORDS, action="send")
    client.post(address(open_measure), form)
    rows = Rating.objects.count()
    answer = client.post(address(open_measure), form | {"words": "Something else."})
    assert answer.status_code in (409, 422)
    assert "Something else." in answer.content.decode()
    assert Rating.objects.count() == rows


def test_a_draft_is_private_and_gone_when_sent(cast, open_measure, send):
    client = cast("chair-ldg").signed_in()
    kept = send(
        "chair-ldg", open_measure, client=client, action="draft", recovery_plan="", words="Half a sen"
    )
    assert (kept.status_code, kept["Location"]) == (303, address(open_measure))
    assert "Half a sen" in client.get(address(open_measure)).content.decode()
    assert "Finish draft" in client.get(reverse("workstreams:my-updates")).content.decode()
    assert "Half a sen" not in cast("business-unit").signed_in().get(address(open_measure)).content.decode()
    rows = Rating.objects.count()
    send("chair-ldg", open_measure, client=client)
    assert Rating.objects.count() == rows + 1
    assert not Draft.objects.exists()


def test_send_and_next_goes_to_what_is_left(cast, open_measure, send, plan):
    answer = send("chair-ldg", open_measure, action="send-next")
    assert answer.status_code == 303
    assert "/measures/" in answer["Location"]
    assert answer["Location"] != address(open_measure)


def test_the_business_unit_sends_for_a_named_post_and_says_how_it_came(cast, open_measure, send):
    answer = send("business-unit", open_measure, received="")
    assert answer.status_code == 422
    assert "Say how you received this update" in answer.content.decode()
    answer = send("business-unit", open_measure, received="by phone, 14 September")
    assert answer.status_code == 303
    rating = Rating.objects.get(measure=open_measure, followed_by=None)
    assert (rating.by, rating.for_post, rating.received) == (
        cast("business-unit").user,
        cast("chair-ldg").post,
        "by phone, 14 September",
    )


def test_a_complete_measure_takes_no_update(cast, measure_at, db):
    measure = measure_at("4.1#1")
    client = cast("chair-ldg").signed_in()
    page = client.get(address(measure))
    assert "takes no more updates" in page.content.decode()
    assert client.post(address(measure), {"level": "G", "words": WORDS}).status_code == 403


def test_a_proposal_of_another_group_is_not_seen_by_a_chair(cast, open_measure, send):
    send("chair-ldg", open_measure, words="Secret canary words")
    for who in ("business-unit", "dsp-health", "scrutineer", "chair-ldg"):
        assert "canary" in cast(who).signed_in().get(address(open_measure)).content.decode(), who
    for who in ("chair-arg", "chair-mash"):
        assert "canary" not in cast(who).signed_in().get(address(open_measure)).content.decode(), who


def test_twelve_people_answering_one_row_leave_one_winner(stage, cast, measure_at, fill):
    measure = measure_at("4.2#2")
    clients = [cast("chair-ldg").signed_in() for _ in range(12)]
    forms = [
        fill(client.get(address(measure)), level="G", words=f"Words of number {i}.", action="send")
        for i, client in enumerate(clients)
    ]
    rows = Rating.objects.count()
    answers = together(12, lambda i: clients[i].post(address(measure), forms[i]))
    assert sorted(a.status_code for a in answers) == [303] + [409] * 11
    for i, answer in enumerate(answers):
        if answer.status_code == 409:
            assert f">\nWords of number {i}.</textarea>" in answer.content.decode()
    assert Rating.objects.count() == rows + 1


def test_twelve_double_clicks_leave_one_row(stage, cast, measure_at, fill):
    measure = measure_at("4.2#2")
    client = cast("chair-ldg").signed_in()
    form = fill(client.get(address(measure)), level="G", words="Clicked twelve times.", action="send")
    clients = [cast("chair-ldg").signed_in() for _ in range(12)]
    rows = Rating.objects.count()
    answers = together(12, lambda i: clients[i].post(address(measure), form))
    assert {(a.status_code, a["Location"]) for a in answers} == {(303, answers[0]["Location"])}
    assert Rating.objects.count() == rows + 1
