"""A post: retitled, moved, ended, and read whichever way a document prints it."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY
from tests.screens import OTHERS, answer, newest, nothing_written, typed, words
from workstreams.models import Group, Ledger, Post
from workstreams.operations import people


def address(post, form="", **more):
    query = urlencode({k: v for k, v in ({"form": form} | more).items() if v})
    return reverse("workstreams:post-page", args=[post.pk]) + (f"?{query}" if query else "")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def chair(db, cast):
    return cast("chair-ldg").post


@pytest.fixture
def clerk(db):
    return people.add_post(
        title="Clerk to the Partnership", kind="OFFICER", by="test", spellings=["The Clerk"]
    )


def test_shows_who_holds_it_what_it_answers_for_and_its_spellings(unit, chair):
    said = words(unit.get(address(chair)))
    assert "LDG chair , from 1 April 2023 Holder 1 April 2023 No last day" in said
    assert "measures to answer for" in said
    assert "Chair of the Learning and Development Group (LDG) Take away" in said
    assert "Hand over" in said


def test_leads_to_its_workbook_where_something_is_asked_of_it(unit, chair, clerk):
    link = reverse("reporting:workbook-xlsx", args=[chair.pk])
    assert link in unit.get(address(chair)).content.decode()
    assert unit.get(link).status_code == 200
    none = reverse("reporting:workbook-xlsx", args=[clerk.pk])
    assert none not in unit.get(address(clerk)).content.decode()
    assert unit.get(none).status_code == 404


def test_names_nobody_who_held_it_before(unit, chair, cast):
    people.end_appointment(
        appointment=chair.appointments.get(), ends_on=date(2023, 11, 23), by=cast("business-unit").by
    )
    said = words(unit.get(address(chair)))
    assert "A former holder , from 1 April 2023 Holder 1 April 2023 23 November 2023" in said
    assert "LDG chair" not in said


def test_a_new_title_keeps_the_old_one_as_a_spelling_and_leaves_its_trace(unit, chair):
    old = chair.title
    went = answer(unit, address(chair, "change"), title="Chair of Learning Board", because="Renamed.")
    assert (went.status_code, went["Location"]) == (303, address(chair))
    chair.refresh_from_db()
    assert (chair.title, chair.spellings[-1]) == ("Chair of Learning Board", old)
    trace = newest("post")
    assert (trace.before["title"], trace.after["title"], trace.because) == (old, chair.title, "Renamed.")
    assert "Kept: Chair of Learning Board as you wrote it." in words(unit.get(address(chair)))


def test_history_keeps_the_title_under_which_something_was_signed(unit, chair):
    old = chair.title
    signed = Ledger.objects.filter(table="workstreams_rating", for_post=str(chair.pk)).last()
    record = reverse("workstreams:record-page", args=[signed.seq])
    answer(unit, address(chair, "change"), title="Chair of Learning Board")
    unit.get(address(chair))  # which says that it is kept
    said = words(unit.get(record))
    assert old in said
    assert "Chair of Learning Board" not in said
    renamed = reverse("workstreams:record-page", args=[newest("post").seq])
    assert f"Post {old} renamed" in words(unit.get(renamed))


def test_moves_to_another_group(unit, clerk):
    group = Group.objects.get(short_name="MASH")
    assert answer(unit, address(clerk, "change"), group=group.pk, organisation="SMBC").status_code == 303
    clerk.refresh_from_db()
    assert (clerk.group, clerk.organisation) == (group, "SMBC")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": ""}, "Fill in “Title”"),
        ({"title": "…"}, "Write it in words."),
        ({"title": "chair of the MASH steering group."}, "This is the title of another post: Chair of MASH"),
        ({"title": "SSCP Business Unit"}, "This is a spelling of another post already: Business Unit."),
        ({"kind": "DSP"}, "Somebody was appointed to this post"),
        ({"kind": "KING"}, "not one of the available choices"),
        ({"group": "999999"}, "not one of the available choices"),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_changes_nothing_and_says_why(unit, chair, changes, why):
    with nothing_written():
        page = answer(unit, address(chair, "change"), **changes)
    assert page.status_code == 422
    assert why in page.content.decode()
    assert "Error: " in page.content.decode()


def test_somebody_who_was_first_is_not_overwritten(unit, clerk):
    where = address(clerk, "change")
    mine = typed(unit.get(where)) | {"title": "Mine", "because": "x"}
    answer(unit, where, title="Theirs")
    page = unit.post(where, mine)
    assert page.status_code == 409
    assert 'value="Mine"' in page.content.decode()
    assert Post.objects.get(pk=clerk.pk).title == "Theirs"
    assert unit.post(where, typed(page)).status_code == 303


# ---- spellings


def test_adds_a_spelling(unit, clerk):
    assert answer(unit, address(clerk, "spelling"), spelling="Partnership Clerk").status_code == 303
    clerk.refresh_from_db()
    assert clerk.spellings == ["The Clerk", "Partnership Clerk"]
    assert newest("post").because == "As agreed."


@pytest.mark.parametrize("spelling", ["CLERK", "Clerk to Partnership", "“The clerk.”"])
def test_says_that_a_spelling_is_understood_already(unit, clerk, spelling):
    with nothing_written():
        page = answer(unit, address(clerk, "spelling"), spelling=spelling)
    assert page.status_code == 422
    assert "understood already" in page.content.decode()


def test_says_whose_a_spelling_is_and_takes_it_over_when_told_to(unit, clerk):
    other = people.add_post(title="Secretary", kind="OFFICER", by="test")
    where = address(other, "spelling")
    with nothing_written():
        page = answer(unit, where, spelling="clerk")
    assert page.status_code == 422
    said = words(page)
    assert "This is a spelling of another post already: Clerk to the Partnership." in said
    assert "Take the spelling over" in said
    assert address(clerk) in page.content.decode()
    assert unit.post(where, typed(page) | {"take_over": "yes"}).status_code == 303
    clerk.refresh_from_db()
    other.refresh_from_db()
    assert (clerk.spellings, other.spellings) == ([], ["clerk"])


def test_a_title_is_never_taken_over(unit, clerk):
    other = people.add_post(title="Secretary", kind="OFFICER", by="test")
    with nothing_written():
        page = answer(unit, address(other, "spelling"), spelling="Clerk to Partnership", take_over="yes")
    assert page.status_code == 422
    assert "It is the title of Clerk to the Partnership" in words(page)
    assert "Take the spelling over" not in words(page)


def test_takes_a_spelling_away(unit, clerk):
    where = address(clerk, "removal", spelling="The Clerk")
    assert "Take away “The Clerk”?" in words(unit.get(where))
    sent = typed(unit.get(where)) | {"because": "Nobody prints it."}
    assert [unit.post(where, sent).status_code for _ in range(2)] == [303, 303]
    clerk.refresh_from_db()
    assert clerk.spellings == []
    assert unit.get(where).status_code == 404


# ---- its end


def test_ends_with_whoever_holds_it(unit, chair):
    said = words(unit.get(address(chair, "end")))
    assert "With it ends 1 appointment." in said
    assert "in the plan name it" in said
    assert answer(unit, address(chair, "end"), ends_on="2023-12-31").status_code == 303
    chair.refresh_from_db()
    assert (chair.ends_on, chair.appointments.get().ends_on) == (date(2023, 12, 31), date(2023, 12, 31))
    assert "Ends 31 December 2023" in words(unit.get(address(chair)))
    assert answer(unit, address(chair, "resume")).status_code == 303
    chair.refresh_from_db()
    assert (chair.ends_on, chair.appointments.get().ends_on) == (None, date(2023, 12, 31))


def test_one_that_ended_is_offered_to_nobody(unit, clerk):
    answer(unit, address(clerk, "end"), ends_on="2023-11-23")
    assert "Hand over" not in words(unit.get(address(clerk)))
    assert unit.get(reverse("workstreams:handover-page", args=[clerk.pk])).status_code == 404
    invitation = unit.get(reverse("workstreams:invitation-page")).content.decode()
    assert clerk.title not in invitation


def test_the_business_unit_does_not_end(unit, cast):
    with nothing_written():
        page = answer(unit, address(cast("business-unit").post, "end"), ends_on=TODAY.isoformat())
    assert page.status_code == 422
    assert "Appoint somebody else to the business unit first" in page.content.decode()


# ---- who


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who, clerk):
    client = cast(who).signed_in()
    assert client.get(address(clerk)).status_code == 404
    with nothing_written():
        assert client.post(address(clerk, "change"), {"title": "x", "because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db, clerk):
    assert Client().get(address(clerk))["Location"].startswith(reverse("account_login"))


def test_has_no_other_form(unit, clerk):
    assert unit.get(address(clerk, "x")).status_code == 404
    assert unit.post(address(clerk), {}).status_code == 404
    assert unit.get(address(clerk, "removal", spelling="x")).status_code == 404


def test_costs_few_queries(unit, chair, django_assert_max_num_queries):
    unit.get(address(chair))
    with django_assert_max_num_queries(12):
        unit.get(address(chair))
