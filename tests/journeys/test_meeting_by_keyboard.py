"""A meeting held at a keyboard: ten decisions, each ending at the heading of the next measure."""

import re
import time

import pytest
from django.urls import reverse

from tests.conftest import Member
from workstreams.models import Level, Measure, Meeting, Rating
from workstreams.operations import By, meetings, ratings


@pytest.fixture
def sitting(stage):
    """A meeting in session with more than ten updates before it."""
    unit, green = Member("business-unit").by, Level.objects.get(code="G")
    for measure in Measure.objects.live().order_by("pk"):
        agreed = ratings.agreed_rating(measure)
        if ratings.standing_proposal(measure) or (agreed and agreed.level.is_complete):
            continue
        ratings.send_update(
            measure=measure,
            level=green,
            words="On its way.",
            by=By(unit.user, measure.action.officers.first().post),
            seen=measure.ratings.order_by("-pk").values_list("pk", flat=True).first(),
        )
    return meetings.hold_meeting(
        meeting=Meeting.objects.open_for_updates().get(), present=[unit.post], by=unit
    )


class Keyboard:
    """Counts what is pressed."""

    def __init__(self, page):
        self.page, self.presses = page, 0

    def press(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def tab_to(self, selector):
        for _ in range(40):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab")


def decided(meeting):
    return Rating.objects.filter(meeting=meeting, step="AGREED").count()


def heading(page):
    return page.locator("#one").inner_text()


def goes_on(page, before):
    """Wait until another measure stands there, is settled and has the focus."""
    page.wait_for_function(
        "before => document.getElementById('one')?.innerText !== before"
        " && document.activeElement === document.getElementById('one')"
        " && !document.querySelector('.htmx-added')",
        arg=before,
    )


def test_ten_decisions_with_single_keys(visitor, sitting):
    someone = visitor("business-unit")
    someone.go(reverse("workstreams:decisions-page", args=[sitting.pk]))
    page, keyboard = someone.page, Keyboard(someone.page)

    # Off until they are switched on.
    before = heading(page)
    page.keyboard.press("a")
    assert decided(sitting) == 0
    keyboard.tab_to("#keys button")
    keyboard.press("Enter")
    assert "Single keys are on" in page.locator("#announce").inner_text()

    begun, keyboard.presses = time.monotonic(), 0
    for _ in range(10):
        before = heading(page)
        keyboard.press("a")
        goes_on(page, before)
    print(f"ten decisions with {keyboard.presses} keys in {time.monotonic() - begun:.1f} s")
    assert keyboard.presses == 10
    assert decided(sitting) == 10
    assert not someone.complaints


def test_single_keys_are_silent_in_a_field_and_reach_every_decision(visitor, sitting):
    someone = visitor("business-unit")
    someone.go(reverse("workstreams:decisions-page", args=[sitting.pk]))
    page, keyboard = someone.page, Keyboard(someone.page)
    keyboard.tab_to("#keys button")
    keyboard.press("Enter")
    before = heading(page)

    keyboard.press("d")
    assert page.evaluate("document.activeElement.id") == "id_because"
    page.keyboard.type("Bring the minute and ask again.")  # a, m, d, n, j and k among them
    assert decided(sitting) == 0
    assert heading(page) == before
    keyboard.tab_to("button[value=DEFER]")
    keyboard.press("Enter")
    goes_on(page, before)
    assert Rating.objects.get(meeting=sitting, step="DEFERRED").because == "Bring the minute and ask again."

    before = heading(page)
    keyboard.press("n")
    goes_on(page, before)
    assert Rating.objects.filter(meeting=sitting, step="NOT_REACHED").count() == 1

    before = heading(page)
    keyboard.press("j")
    goes_on(page, before)
    after = heading(page)
    keyboard.press("k")
    goes_on(page, after)
    assert heading(page) == before

    keyboard.press("m")
    assert page.evaluate("document.activeElement.name") == "level"

    # Switched off again, and remembered for this window.
    keyboard.tab_to("body")
    page.locator("#keys button").click()
    page.reload()
    assert "Switch single keys on" in page.locator("#keys").inner_text()
    assert not someone.complaints


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_ten_decisions_with_tab_and_enter_alone(visitor, sitting, javascript):
    someone = visitor("business-unit", javascript=javascript)
    address = reverse("workstreams:decisions-page", args=[sitting.pk])
    someone.go(f"{address}#one")
    page, keyboard = someone.page, Keyboard(someone.page)
    begun = time.monotonic()
    for number in range(10):
        before = heading(page)
        keyboard.tab_to("button[value=AGREE]")
        keyboard.press("Enter")
        goes_on(page, before)
        assert decided(sitting) == number + 1
    print(f"ten decisions with {keyboard.presses} keys in {time.monotonic() - begun:.1f} s")
    assert keyboard.presses <= 80
    if not javascript:
        assert re.search(r"\?after=\d+#one$", page.url)
    assert page.evaluate("document.activeElement.id") == "one"
