"""Adding a post."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.screens import OTHERS, answer, newest, nothing_written, typed, words
from workstreams.models import Group, Post

PAGE = reverse("workstreams:new-post-page")
PEOPLE = reverse("workstreams:people-page")


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").signed_in()


def test_adds_a_post_and_leaves_its_trace(unit):
    group = Group.objects.get(short_name="MASH")
    where = f"{PAGE}?group={group.pk}"
    went = answer(unit, where, title="Vice-chair of MASH", organisation="WMP", because="A second chair.")
    assert (went.status_code, went["Location"]) == (303, PEOPLE)
    post = Post.objects.get(title="Vice-chair of MASH")
    assert (post.group, post.kind, post.organisation) == (group, "CHAIR", "WMP")
    assert newest("post").because == "A second chair."
    said = words(unit.get(PEOPLE))
    assert "Added: Vice-chair of MASH." in said
    assert "Vice-chair of MASH WMP Nobody Invite somebody" in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"title": ""}, "Fill in “Title”"),
        ({"title": "Chair of the Assurance and Review Group (ARG)"}, "This is the title of another post"),
        ({"kind": ""}, "Choose an answer to “Kind”"),
        ({"because": ""}, "Say why, in a sentence"),
    ],
)
def test_bad_input_adds_nothing_and_says_why(unit, changes, why):
    with nothing_written():
        page = answer(unit, PAGE, **({"title": "Clerk"} | changes))
    assert page.status_code == 422
    assert why in page.content.decode()


def test_the_same_post_twice_is_one(unit):
    sent = typed(unit.get(PAGE)) | {"title": "Clerk", "because": "x"}
    assert [unit.post(PAGE, sent).status_code for _ in range(2)] == [303, 303]
    assert unit.post(PAGE, sent | {"title": "Other"}).status_code == 409
    assert Post.objects.filter(title__in=["Clerk", "Other"]).count() == 1


@pytest.mark.parametrize("who", OTHERS)
def test_is_not_there_for_others(db, cast, who):
    client = cast(who).signed_in()
    assert client.get(PAGE).status_code == 404
    with nothing_written():
        assert client.post(PAGE, {"title": "x", "kind": "CHAIR", "because": "x"}).status_code == 404


def test_leads_a_stranger_to_sign_in(db):
    assert Client().get(PAGE)["Location"].startswith(reverse("account_login"))
