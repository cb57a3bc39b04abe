"""The outline of a plan, its key and its texts: what stands there in order, moves by one button and why, who may."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from tests.shapes import another
from workstreams.models import Ledger, Measure
from workstreams.operations import newest_row, settle
from workstreams.operations import plan as planning

HTMX = {"HX-Request": "true"}
WHY = "The partnership asked for it."
PAGES = ("keeping", "key", "texts")


@pytest.fixture
def page(plan, cast):
    return lambda name="keeping", key="business-unit", **query: (
        cast(key).signed_in().get(address(plan, name), query)
    )


def address(plan, name="keeping"):
    return reverse(f"workstreams:{name}-page", args=[plan.ref])


def sent(item, noun, way, seen=None, **other):
    return {
        "move": f"{noun}-{item.pk}-{way}-{seen or newest_row(item)}",
        "because": WHY,
        "request_id": str(uuid4()),
    } | other


def movable(plan, name):
    """A row of each page that has one before it, and the word of its noun."""
    if name == "keeping":
        return plan.workstreams.order_by("order")[1], "workstreams"
    if name == "key":
        return plan.levels.order_by("order")[1], "levels"
    return plan.passages.filter(kind="PRIORITY").order_by("order")[1], "texts"


def a_draft(plan, cast, *, with_brag=True):
    return another(plan, cast("business-unit").by, shape="INSPECTION", with_brag=with_brag)


def test_holds_every_place_in_order_with_what_can_be_done(page, plan):
    html = page().content.decode()
    for noun, n in {"workstreams": 6, "outcomes": 13, "actions": 16, "measures": 42}.items():
        assert len(re.findall(rf'id="{noun}-\d+"', html)) == n
        assert html.count("form=withdraw") >= n
    places = [m.start() for m in re.finditer(r'id="measures-\d+"', html)]
    ids = [int(pk) for pk in re.findall(r'id="measures-(\d+)"', html)]
    assert places == sorted(places)
    assert ids == list(Measure.objects.live().of_plan(plan).in_plan_order().values_list("pk", flat=True))


@pytest.mark.parametrize("name", PAGES)
def test_asks_once_why_things_are_moved_for_the_buttons_of_every_row(page, plan, name):
    html = page(name).content.decode()
    assert html.count('id="moving"') == html.count('name="because"') == html.count('name="request_id"') == 1
    buttons = re.findall(r'<button [^>]*name="move"[^>]*>', html)
    assert buttons
    assert all('form="moving"' in button for button in buttons)
    item, noun = movable(plan, name)
    assert f'value="{noun}-{item.pk}-up-{newest_row(item)}"' in html


def test_lists_what_was_withdrawn_apart_with_the_way_back(page, plan, cast):
    outcome = plan.outcomes.get(ref="4.1")
    planning.withdraw(item=outcome, because=WHY, by=cast("business-unit").by)
    html = page().content.decode()
    assert f'id="outcomes-{outcome.pk}"' not in html
    assert reverse("workstreams:part-page", args=[plan.ref, "outcomes", outcome.pk]) + "?form=restore" in html


@pytest.mark.parametrize("name", PAGES)
def test_takes_a_constant_number_of_queries(plan, cast, name, django_assert_max_num_queries):
    client = cast("business-unit").signed_in()
    client.get(address(plan, name))
    with django_assert_max_num_queries(12):
        client.get(address(plan, name))


@pytest.mark.parametrize("name", PAGES)
def test_moves_a_row_and_says_so(page, plan, cast, name):
    item, noun = movable(plan, name)
    order = item.order
    client = cast("business-unit").signed_in()
    answer = client.post(address(plan, name), sent(item, noun, "up"), follow=True)
    assert answer.redirect_chain[0][1] == 303
    item.refresh_from_db()
    settle()
    assert item.order < order
    row = Ledger.objects.get(seq=newest_row(item))
    assert (row.by, row.because) == (str(cast("business-unit").user.pk), WHY)
    assert "Moved up: " in answer.content.decode()
    history = client.get(reverse("workstreams:history-page")).content.decode()
    assert " moved up" in history
    assert WHY in history


@pytest.mark.parametrize("name", PAGES)
def test_one_reason_serves_several_moves_and_stands_in_no_address(plan, cast, name):
    item, noun = movable(plan, name)
    client = cast("business-unit").signed_in()
    for way in ("up", "down"):
        answer = client.post(address(plan, name), sent(item, noun, way))
        assert WHY.split()[0] not in answer["Location"]
        told = client.get(answer["Location"].partition("#")[0]).context["form"]
        assert told["because"].value() == WHY
    assert not client.get(address(plan, name)).context["form"]["because"].value()
    elsewhere = client.get(address(plan, name), {"moved": "measures-1-up"})
    assert not elsewhere.context["form"]["because"].value()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("because", ["", "  ", None])
def test_a_move_without_a_reason_is_refused_and_can_be_sent_with_one(plan, cast, name, because):
    item, noun = movable(plan, name)
    order, rows = item.order, Ledger.objects.count()
    client, form = cast("business-unit").signed_in(), sent(item, noun, "up")
    bare = {key: value for key, value in (form | {"because": because}).items() if value is not None}
    answer = client.post(address(plan, name), bare)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_because">Say why you are moving it' in html
    assert "Error: " in html.partition("</title>")[0]
    settle()
    assert Ledger.objects.count() == rows
    again = re.search(r'<button[^>]*value="([^"]+)">Move it up</button>', html)
    fresh = {"move": again[1], "because": WHY, "request_id": answer.context["form"]["request_id"].value()}
    assert client.post(address(plan, name), fresh).status_code == 303
    item.refresh_from_db()
    assert item.order < order


def test_a_draft_is_put_in_order_without_a_reason(plan, cast):
    plan = a_draft(plan, cast)
    client, level = cast("business-unit").signed_in(), plan.levels.order_by("order")[1]
    assert (
        "This plan is a draft, so this may be left empty."
        in client.get(address(plan, "key")).content.decode()
    )
    answer = client.post(address(plan, "key"), sent(level, "levels", "up", because=""))
    assert answer.status_code == 303
    assert plan.levels.order_by("order").first() == level


@pytest.mark.parametrize("name", PAGES)
def test_the_same_move_twice_moves_once(plan, cast, name):
    item, noun = movable(plan, name)
    client, form = cast("business-unit").signed_in(), sent(item, noun, "up")
    first, second = (client.post(address(plan, name), form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    rows = type(item).objects.filter(plan=plan)
    rows = rows.filter(kind=item.kind) if name == "texts" else rows
    assert rows.order_by("order").first() == item


def test_one_form_sent_for_two_rows_moves_the_first_and_can_be_sent_again(plan, cast):
    one, _, other = plan.workstreams.order_by("order")[1:4]
    client, form = cast("business-unit").signed_in(), sent(one, "workstreams", "up")
    assert client.post(address(plan), form).status_code == 303
    answer = client.post(address(plan), sent(other, "workstreams", "up", request_id=form["request_id"]))
    assert answer.status_code == 409
    told = answer.context["form"]
    again = sent(other, "workstreams", "up", request_id=told["request_id"].value())
    assert told["because"].value() == WHY
    assert client.post(address(plan), again).status_code == 303


@pytest.mark.parametrize("name", PAGES)
def test_a_move_that_was_overtaken_writes_nothing_and_says_so(plan, cast, name):
    item, noun = movable(plan, name)
    before = list(type(item).objects.filter(plan=plan).values_list("pk", "order"))
    answer = cast("business-unit").signed_in().post(address(plan, name), sent(item, noun, "up", seen="1"))
    assert answer.status_code == 409
    assert "This was changed after you opened the page" in answer.content.decode()
    assert answer.context["form"]["because"].value() == WHY
    assert list(type(item).objects.filter(plan=plan).values_list("pk", "order")) == before


@pytest.mark.parametrize(
    "move", ["", "measures-1", "measures-1-up", "measures-x-up-1", "nothing-1-up-1", "measures-999999-up-1"]
)
def test_a_move_of_nothing_is_refused(plan, cast, move):
    rows = Ledger.objects.count()
    form = {"move": move, "because": WHY, "request_id": str(uuid4())}
    answer = cast("business-unit").signed_in().post(address(plan), form)
    assert answer.status_code in (404, 409, 422)
    settle()
    assert Ledger.objects.count() == rows


def test_a_row_at_the_edge_stays_and_the_page_says_why(plan, cast):
    first = plan.workstreams.order_by("order").first()
    answer = cast("business-unit").signed_in().post(address(plan), sent(first, "workstreams", "up"))
    assert answer.status_code == 422
    assert "It stands first already." in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_htmx_gets_its_region_alone(plan, cast, name):
    item, noun = movable(plan, name)
    client = cast("business-unit").signed_in()
    answer = client.post(address(plan, name), sent(item, noun, "up"), headers=HTMX)
    assert answer.status_code == 303
    region = client.get(answer["Location"].partition("#")[0], headers=HTMX).content.decode()
    assert region.lstrip().startswith('<div id="outline">' if name == "keeping" else '<div id="list">')
    assert "Moved up" in region
    assert "<html" not in region


@pytest.mark.parametrize("name", [*PAGES, "facts"])
@pytest.mark.parametrize(
    ("key", "status"), [("chair-ldg", 403), ("dsp-police", 403), ("scrutineer", 403), ("viewer", 404)]
)
def test_is_the_business_units_alone(page, plan, cast, name, key, status):
    assert page(name, key).status_code == status
    item, noun = movable(plan, name) if name in PAGES else (plan, "workstreams")
    rows = Ledger.objects.count()
    assert cast(key).signed_in().post(address(plan, name), sent(item, noun, "up")).status_code == status
    settle()
    assert Ledger.objects.count() == rows


@pytest.mark.parametrize("name", [*PAGES, "facts"])
def test_a_stranger_is_asked_to_sign_in_and_no_plan_is_made_up(plan, cast, client, name):
    assert client.get(address(plan, name)).status_code == 302
    made_up = reverse(f"workstreams:{name}-page", args=["no-such-plan"])
    assert cast("business-unit").signed_in().get(made_up).status_code == 404


def test_a_row_of_another_plan_is_not_moved_from_here(plan, cast):
    other = a_draft(plan, cast)
    level = other.levels.order_by("order")[1]
    answer = cast("business-unit").signed_in().post(address(plan, "key"), sent(level, "levels", "up"))
    assert answer.status_code == 409
    assert list(other.levels.order_by("order"))[1] == level


def test_the_plan_page_leads_the_business_unit_here_and_nobody_else(plan, cast):
    plan_page = reverse("workstreams:plan-page", args=[plan.ref])
    assert address(plan) in cast("business-unit").signed_in().get(plan_page).content.decode()
    assert address(plan) not in cast("chair-ldg").signed_in().get(plan_page).content.decode()


def test_an_empty_draft_says_what_to_do_first(plan, cast):
    empty = a_draft(plan, cast, with_brag=False)
    client = cast("business-unit").signed_in()
    html = client.get(address(empty)).content.decode()
    assert "Nothing stands in this plan yet" in html
    assert 'id="moving"' not in html  # nothing can be moved
    assert "The key has no level yet" in client.get(address(empty, "key")).content.decode()
