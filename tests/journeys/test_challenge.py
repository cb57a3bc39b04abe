"""A challenge in a real browser: the scrutineer asks about a rating, the chair answers, the scrutineer closes it."""

import re

import pytest
from django.urls import reverse

from tests.journeys.test_packs import faults
from workstreams.models import Challenge


@pytest.mark.parametrize("javascript", [True, False])
def test_is_raised_from_a_measure_answered_from_my_updates_and_closed(visitor, stage, measure_at, javascript):
    scrutineer = visitor("scrutineer", javascript=javascript)
    measure = reverse("workstreams:measure-page", args=[measure_at("4.2#2").pk])
    scrutineer.go(measure)
    scrutineer.press("the Green that is agreed")
    assert "The rating that you question" in scrutineer.text
    scrutineer.press("Raise this challenge")
    assert "Say what you question, and what you want to know." in scrutineer.text
    scrutineer.page.get_by_label("What do you question").fill("Which milestones, and who gathers them?")
    scrutineer.press("Raise this challenge")
    scrutineer.page.wait_for_selector("text=Raised today, not answered yet")
    raised = Challenge.objects.raised().latest("pk")
    assert scrutineer.page.url.endswith(reverse("workstreams:challenge-page", args=[raised.pk]))

    chair = visitor("chair-ldg", javascript=javascript)
    chair.go("/updates/")
    assert "The scrutineer asks you: 2 questions not answered yet." in chair.text
    assert "The scrutineer’s question of 24 November 2023 is open. Say what is happening." in chair.text
    chair.page.get_by_role("link", name=re.compile("Answer ?: Which milestones")).click()
    chair.press("Send this answer")
    chair.page.wait_for_selector(".govuk-error-summary")
    chair.page.get_by_label("Your answer").fill("Those of the nine agencies; our coordinator does.")
    chair.press("Send this answer")
    chair.page.wait_for_selector("text=Answered, raised today")
    if javascript:
        assert chair.page.inner_text("#announce").startswith("Your answer is on the record")

    scrutineer.page.reload()
    assert "our coordinator does" in scrutineer.text
    scrutineer.page.get_by_label("What do you make of the answer?").fill("That answers it.")
    scrutineer.press("Close this challenge")
    scrutineer.page.wait_for_selector("h1:has-text('closed')")
    assert [s.step for s in Challenge.objects.order_by("pk")][-3:] == ["RAISED", "ANSWERED", "CLOSED"]
    chair.go(measure)
    assert "The scrutineer asks" not in chair.text
    assert "Challenge closed" in chair.text


def test_axe_finds_nothing_on_their_pages(visitor, stage, measure_at):
    pages = ["/challenges/", "/challenges/?workstream=5"]
    pages += [f"/challenges/{pk}/" for pk in Challenge.objects.raised().values_list("pk", flat=True)]
    measure = measure_at("4.1#2").pk
    own = {
        "scrutineer": [
            *pages,
            f"/challenges/new/?measure={measure}",
            f"/challenges/new/?rating={measure_at('4.1#2').ratings.latest('pk').pk}",
            f"/measures/{measure}/",
        ],
        "chair-ldg": ["/challenges/", "/updates/", f"/measures/{measure}/"],
    }
    found = []
    for who, addresses in own.items():
        someone = visitor(who)
        for address in addresses:
            assert someone.go(address) == 200, address
            found += [f"{who} {address} {fault}" for fault in faults(someone)]
    assert not found, "\n".join(found[:20])
