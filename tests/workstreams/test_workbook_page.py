"""The workbook that came back: each row beside what stands, and what is sent of it."""

import uuid
from datetime import date

import pytest
from django.test import Client

from tests.conftest import together
from tests.workbooks import Filled, as_sent, hand_in, row_of, taken_out
from workstreams.intake.differences import Kind
from workstreams.models import Ledger, Level, Measure, Rating, Upload
from workstreams.operations import people, ratings
from workstreams.vocabulary import NO_CHANGE

pytestmark = pytest.mark.database  # what came back is sent through this page alone

WORDS = "The new audit has begun, and its first findings are due in January."


@pytest.fixture
def green(measure_at):
    """An LDG measure that nobody has answered for the next meeting, whose Green may simply stay."""
    return measure_at("4.1#3")


@pytest.fixture
def overdue(measure_at):
    return measure_at("4.2#2")


@pytest.fixture
def chair(cast):
    return cast("chair-ldg")


@pytest.fixture
def filled(db, chair):
    return Filled(taken_out(chair.signed_in(), chair.post))


def page_of(client, content, **fields):
    answer = hand_in(client, content, **fields)
    assert answer.status_code == 303, answer.content.decode()
    return client.get(answer["Location"])


def send(client, page, **changes):
    return client.post(page.request["PATH_INFO"], as_sent(page, **changes))


def typed_choice(page, measure):
    return {f"{row_of(page, measure)[1].prefix}-choice": f"send-{measure.pk}"}


def newest(measure):
    return measure.ratings.order_by("-pk").first()


def test_sends_what_the_workbook_says_as_provisional_with_how_it_came(chair, filled, green, overdue):
    client = chair.signed_in()
    filled.say(green, level="No change").say(
        overdue, level="Amber", words=WORDS, recovery_plan="Two more audits."
    )
    page = page_of(client, filled.saved())
    text = page.content.decode()
    assert "Send 2 updates" in text
    assert "Agreed by the Executive, " in text
    assert WORDS in text
    rows = Rating.objects.count()
    answer = send(client, page)
    assert (answer.status_code, answer["Location"]) == (303, page.request["PATH_INFO"])
    assert Rating.objects.count() == rows + 2
    told = newest(overdue)
    assert (told.step, told.level.word, told.words) == ("PROVISIONAL", "Amber", WORDS)
    assert (told.recovery_plan, told.received) == ("Two more audits.", "by workbook, 24 November 2023")
    assert (told.by, told.for_post, told.as_deputy) == (chair.user, chair.post, False)
    assert (newest(green).words, newest(green).received) == (NO_CHANGE, "by workbook, 24 November 2023")
    entry = Ledger.objects.get(table="workstreams_rating", row=str(told.pk))
    assert (entry.by, entry.for_post) == (str(chair.user.pk), str(chair.post.pk))
    upload = Upload.objects.get()
    assert upload.state == "APPLIED"
    assert upload.cells[str(told.pk)].startswith("Updates, row ")
    after = client.get(answer["Location"]).content.decode()
    assert "2 updates sent." in after
    assert "Nothing is left to send" in after


def test_keeps_what_was_typed_without_what_no_table_holds(chair, filled, green, overdue):
    filled.say(green, level="No change").say(overdue, level="Green", words=WORDS)
    page = page_of(chair.signed_in(), filled.saved())
    _, form = row_of(page, overdue)
    changes = {f"{form.prefix}-choice": "leave", f"{form.prefix}-words": "Half\x00 a word"}
    assert send(chair.signed_in(), page, **changes).status_code == 303
    assert Upload.objects.get().answers[form.prefix]["typed"]["words"] == "Half a word"


def test_leaves_empty_rows_and_rows_that_are_not_there_as_they_are(chair, filled, green, overdue):
    filled.say(green, level="No change")
    filled.sheet.delete_rows(filled.rows[overdue.pk])
    page = page_of(chair.signed_in(), filled.saved())
    kinds = [(d.kind, d.where.measure.id) for d, _ in page.context["found"].rows]
    assert (Kind.SEND, green.pk) in kinds
    assert {kind for kind, pk in kinds if pk != green.pk} == {Kind.UNCHANGED}
    assert overdue.pk not in {pk for _, pk in kinds}
    assert "1 row of the workbook came back without its hidden number" in page.content.decode()
    rows = overdue.ratings.count()
    send(chair.signed_in(), page)
    assert overdue.ratings.count() == rows


def test_the_same_workbook_again_sends_nothing_again(chair, filled, green):
    client, content = chair.signed_in(), filled.say(green, level="Green", words=WORDS).saved()
    send(client, page_of(client, content))
    rows = Rating.objects.count()
    again = page_of(client, content)
    assert Upload.objects.count() == 1
    assert row_of(again, green)[0].kind is Kind.UNCHANGED
    other = page_of(client, Filled(content).say(green, evidence="x", evidence_held=None).saved())
    assert row_of(other, green)[0].kind is Kind.CONFLICT
    assert send(client, again).status_code == 422
    assert Rating.objects.count() == rows


def test_a_row_that_lacks_words_says_so_and_the_others_are_sent(chair, filled, green, overdue):
    client = chair.signed_in()
    filled.say(green, level="Green", words=WORDS).say(
        overdue, level="Amber", words="Late, and a plan is being made."
    )
    page = page_of(client, filled.saved())
    difference, form = row_of(page, overdue)
    assert difference.kind is Kind.FAULTY
    assert "Amber means issues with a realistic plan to recover." in page.content.decode()
    rows = overdue.ratings.count()
    answer = send(client, page, **{f"{form.prefix}-choice": f"send-{overdue.pk}"})
    assert answer.status_code == 303
    assert newest(green).words == WORDS
    assert overdue.ratings.count() == rows
    left = client.get(answer["Location"])
    assert "1 update sent." in left.content.decode()
    assert "Late, and a plan is being made." in left.content.decode()
    mended = {
        f"{form.prefix}-recovery_plan": "A second trainer from January.",
        f"{form.prefix}-choice": f"send-{overdue.pk}",
    }
    assert send(client, left, **mended).status_code == 303
    assert newest(overdue).recovery_plan == "A second trainer from January."


def test_a_row_completed_on_the_page_is_sent_and_not_somebody_elses_answer(chair, filled, green, overdue):
    client = chair.signed_in()
    content = (
        filled.say(green, level="Green", words=WORDS).say(overdue, level="Amber", words="It is late.").saved()
    )
    page = page_of(client, content)
    form = row_of(page, overdue)[1]
    typed = {
        f"{form.prefix}-recovery_plan": "A second trainer from January.",
        f"{form.prefix}-choice": f"send-{overdue.pk}",
        f"{row_of(page, green)[1].prefix}-choice": "leave",
    }
    after = client.get(send(client, page, **typed)["Location"])
    assert "1 update sent. It is provisional until it is decided." in after.content.decode()
    reworded = {f"{row_of(after, green)[1].prefix}-words": "Said better."}
    after = client.get(send(client, after, **reworded | typed_choice(after, green))["Location"])
    for page in (after, page_of(client, content)):
        assert [
            (found.kind, found.sentence, row)
            for found, row in (row_of(page, measure) for measure in (green, overdue))
        ] == [(Kind.UNCHANGED, "Sent already.", None)] * 2
        assert "Answered meanwhile" not in page.content.decode()
    assert newest(green).words == "Said better."
    ratings.withdraw(measure=overdue, by=chair.by, seen=newest(overdue).pk)
    assert row_of(page_of(client, content), overdue)[0].kind is Kind.CONFLICT


@pytest.mark.parametrize("taken_out_after", [True, False])
def test_what_was_taken_back_is_not_called_returned(chair, green, taken_out_after):
    client = chair.signed_in()
    before = taken_out(client, chair.post)
    sent = ratings.say_no_change(measure=green, by=chair.by, seen=newest(green).pk)
    ratings.withdraw(measure=green, by=chair.by, seen=sent.pk)
    content = taken_out(client, chair.post) if taken_out_after else before
    page = page_of(client, Filled(content).say(green, level="Green", words=WORDS).saved())
    difference, _ = row_of(page, green)
    assert difference.kind is (Kind.SEND if taken_out_after else Kind.CONFLICT)
    text = page.content.decode()
    assert ("An update was taken back since the workbook was made." in text) is not taken_out_after
    assert "Returned" not in text
    stands = text.split("<h4>What stands now</h4>")[1].split("</p>")[0]
    assert "Taken back; agreed" in stands
    assert "Green" in stands


def test_nothing_is_written_where_every_row_is_refused_and_what_was_typed_is_kept(chair, filled, overdue):
    client = chair.signed_in()
    page = page_of(client, filled.say(overdue, level="Red", words="It stands still.").saved())
    _, form = row_of(page, overdue)
    rows = Rating.objects.count()
    answer = send(
        client,
        page,
        **{f"{form.prefix}-choice": f"send-{overdue.pk}", f"{form.prefix}-evidence": "A letter of mine"},
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Say what the risk is and what help Red asks of the Executive." in text
    assert "A letter of mine" in text
    assert Rating.objects.count() == rows
    assert Upload.objects.get().answers == {}


def test_says_what_is_wrong_with_a_field_at_the_field(chair, filled, green):
    client = chair.signed_in()
    page = page_of(client, filled.say(green, level="Green", words="x" * 3_200).saved())
    answer = send(client, page)
    assert answer.status_code == 422
    assert "Shorten this by 200 characters." in answer.content.decode()
    assert newest(green).words != "x" * 3_200


def test_a_measure_answered_meanwhile_shows_both_and_waits_for_a_choice(chair, filled, green):
    client = chair.signed_in()
    content = filled.say(green, level="Green", words=WORDS).saved()
    ratings.send_update(
        measure=green,
        level=Level.objects.get(code="G"),
        words="What was typed in the browser.",
        by=chair.by,
        seen=newest(green).pk,
    )
    page = page_of(client, content)
    difference, form = row_of(page, green)
    assert difference.kind is Kind.CONFLICT
    text = page.content.decode()
    assert "What was typed in the browser." in text
    assert WORDS in text
    assert not form["choice"].value()
    rows = green.ratings.count()
    assert send(client, page).status_code == 422
    assert green.ratings.count() == rows
    assert send(client, page, **{f"{form.prefix}-choice": f"send-{green.pk}"}).status_code == 303
    assert newest(green).words == WORDS
    assert green.ratings.count() == rows + 1


def test_is_overtaken_where_somebody_answers_between_looking_and_sending(chair, filled, green):
    client = chair.signed_in()
    page = page_of(client, filled.say(green, level="Green", words=WORDS).saved())
    ratings.say_no_change(measure=green, by=chair.by, seen=newest(green).pk)
    rows = green.ratings.count()
    answer = send(client, page)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody answered" in text
    assert WORDS in text
    assert "No change" in text
    assert green.ratings.count() == rows
    assert send(client, answer).status_code == 303
    assert newest(green).words == WORDS


def test_the_same_request_again_gets_the_same_answer_and_sends_once(chair, filled, green):
    client = chair.signed_in()
    page = page_of(client, filled.say(green, level="Green", words=WORDS).saved())
    fields = as_sent(page)
    rows = green.ratings.count()
    first = client.post(page.request["PATH_INFO"], fields)
    again = client.post(page.request["PATH_INFO"], fields)
    assert (first.status_code, again.status_code) == (303, 303)
    assert green.ratings.count() == rows + 1


def test_the_business_unit_hands_in_for_the_post_of_the_workbook(cast, chair, filled, green):
    client = cast("business-unit").signed_in()
    page = page_of(client, filled.say(green, level="No change").saved())
    assert page.context["upload"].for_post == chair.post
    assert send(client, page).status_code == 303
    told = newest(green)
    assert (told.by, told.for_post) == (cast("business-unit").user, chair.post)
    assert told.received == "by workbook, 24 November 2023"


def test_the_workbook_of_another_chair_is_not_taken(cast, filled, green):
    answer = hand_in(cast("chair-mash").signed_in(), filled.say(green, level="No change").saved())
    assert answer.status_code == 422
    assert "answers for a post that is not yours" in answer.content.decode()
    assert not Upload.objects.exists()


@pytest.mark.parametrize("key", ["chair-mash", "business-unit", "scrutineer", "viewer"])
def test_is_not_there_for_anybody_but_who_handed_it_in(cast, chair, filled, green, key):
    page = page_of(chair.signed_in(), filled.say(green, level="No change").saved())
    rows = Rating.objects.count()
    other = cast(key).signed_in()
    assert other.get(page.request["PATH_INFO"]).status_code == 404
    assert other.post(page.request["PATH_INFO"], as_sent(page)).status_code == 404
    assert Rating.objects.count() == rows


def test_asks_a_stranger_to_sign_in(chair, filled, green):
    page = page_of(chair.signed_in(), filled.say(green, level="No change").saved())
    answer = Client().get(page.request["PATH_INFO"])
    assert answer["Location"].startswith("/account/login/")


def test_htmx_gets_only_the_differences(chair, filled, green):
    client = chair.signed_in()
    page = page_of(client, filled.say(green, level="Green", words=WORDS).saved())
    answer = client.post(
        page.request["PATH_INFO"],
        as_sent(page, **{f"{row_of(page, green)[1].prefix}-level": ""}),
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert "<html" not in answer.content.decode()
    assert '<div id="differences">' in answer.content.decode()
    region = client.get(page.request["PATH_INFO"], headers={"HX-Request": "true"})
    assert "<html" not in region.content.decode()


def test_holds_a_constant_number_of_queries(chair, filled, green, overdue, django_assert_max_num_queries):
    client = chair.signed_in()
    page = page_of(
        client, filled.say(green, level="No change").say(overdue, level="Green", words=WORDS).saved()
    )
    with django_assert_max_num_queries(16):
        client.get(page.request["PATH_INFO"])


def test_a_proposed_word_of_others_is_not_shown_to_the_chair(cast, chair, filled, green, measure_at):
    secret = measure_at("3.3#1")
    ratings.send_update(
        measure=secret,
        level=Level.objects.get(code="G"),
        words="Zwitschervogel",
        by=cast("chair-arg").by,
        seen=newest(secret).pk,
    )
    filled.say(green, level="Green", words=WORDS)
    key = filled.cell(green, "row")
    key.value = key.value.replace(f".{green.pk}.", f".{secret.pk}.")
    page = page_of(chair.signed_in(), filled.saved())
    assert "Zwitschervogel" not in page.content.decode()
    difference, _ = page.context["found"].rows[
        [d.row.level for d, _ in page.context["found"].rows].index("Green")
    ]
    assert difference.kind is Kind.ASK
    assert difference.where.measure.id == green.pk


def test_two_who_send_the_same_workbook_at_once_send_each_update_once(stage, chair, cast, measure_at):
    green = measure_at("4.1#3")
    client = chair.signed_in()
    content = Filled(taken_out(client, chair.post)).say(green, level="Green", words=WORDS).saved()
    clients = [client, cast("business-unit").signed_in()]
    pages = [page_of(each, content) for each in clients]
    before = green.ratings.count()
    answers = together(2, lambda i: send(clients[i], pages[i], request_id=str(uuid.uuid4())).status_code)
    # Whoever comes second meets the other's update (409), or finds it there already and nothing left to send (422).
    assert sorted(answers) in ([303, 409], [303, 422])
    assert green.ratings.count() == before + 1


def test_whoever_sends_the_same_workbook_after_another_hears_that_nothing_is_left(chair, cast, filled, green):
    content = filled.say(green, level="Green", words=WORDS).saved()
    clients = [chair.signed_in(), cast("business-unit").signed_in()]
    pages = [page_of(each, content) for each in clients]
    assert send(clients[0], pages[0]).status_code == 303
    answer = send(clients[1], pages[1], request_id=str(uuid.uuid4()))
    assert answer.status_code == 422
    assert "what you chose can’t be sent any more" in answer.content.decode()


def test_figures_go_with_the_update_of_their_measure(chair, filled, measure_at):
    counted = filled.book["Figures"]
    head = next(c.row for c in counted["A"] if c.value == "answers row")
    at = {c.value.removeprefix("answers "): c.column for c in counted[head] if c.value}
    key = counted.cell(head + 2, at["row"]).value
    measure = Measure.objects.get(pk=int(key.split(".")[1]))
    name = counted.cell(head + 2, at["name"]).value
    has_whole = not counted.cell(head + 2, at["out_of"]).protection.locked
    counted.cell(head + 2, at["number"]).value = 17
    if has_whole:
        counted.cell(head + 2, at["out_of"]).value = 20
    client = chair.signed_in()
    page = page_of(client, filled.say(measure, level="Green", words=WORDS).saved())
    assert send(client, page).status_code == 303
    (figure,) = newest(measure).figures
    assert figure["name"] == name
    assert figure.get("numerator", figure.get("value")) == 17
    assert row_of(client.get(page.request["PATH_INFO"]), measure)[0].kind is Kind.UNCHANGED


def test_a_deputy_signs_as_deputy(cast, chair, filled, green):
    deputy = people.invite(
        email="deputy@council.example",
        name="LDG deputy",
        post=chair.post,
        starts_on=date(2023, 9, 1),
        by=cast("business-unit").by,
        kind="DEPUTY",
        password="long enough for anybody",
    )
    client = Client()
    client.force_login(deputy, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = page_of(client, filled.say(green, level="Green", words=WORDS).saved())
    assert send(client, page).status_code == 303
    assert (newest(green).by, newest(green).for_post, newest(green).as_deputy) == (deputy, chair.post, True)
