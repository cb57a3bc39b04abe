"""The business unit keeps the plan in a real browser: every page for axe, moves by keyboard, a draft of its own."""

from django.urls import reverse

from tests.journeys.test_accessibility import WIDTHS, found_on
from workstreams.models import Action, Ledger, Measure, Plan

REF = "business-plan"
WHY = "The urgent ones come first."


def faults_of(someone, address):
    faults = []
    for width in WIDTHS:
        someone.page.set_viewport_size({"width": width, "height": 900})
        faults += [f"{address} at {width}: {fault}" for fault in found_on(someone)]
        if someone.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{address} at {width}: scrolls sideways")
    return faults


def test_axe_finds_nothing_on_the_pages_of_keeping(visitor, measure_at):
    someone, measure = visitor("business-unit"), measure_at("1.1#2")

    def part(noun, item):
        return reverse("workstreams:part-page", args=[REF, noun, item.pk])

    keeping = reverse("workstreams:keeping-page", args=[REF])
    action = part("actions", measure.action)
    facts = reverse("workstreams:facts-page", args=[REF])
    faults = []
    for address in (
        reverse("workstreams:plans-page"),
        reverse("workstreams:new-plan-page"),
        f"{keeping}?open={measure.action.outcome.workstream_id}",
        reverse("workstreams:key-page", args=[REF]),
        reverse("workstreams:texts-page", args=[REF]),
        *(facts + form for form in ("", "?form=change")),
        *(action + form for form in ("", "?form=officer", "?form=place")),
        *(part("measures", measure) + form for form in ("?form=change", "?form=target", "?form=withdraw")),
        reverse("workstreams:new-part-page", args=[REF, "texts"]) + "?kind=ACHIEVEMENT",
        reverse("workstreams:recommendations-page") + "?form=add",
    ):
        assert someone.go(address) == 200, address
        faults += faults_of(someone, address)
    assert not faults, "\n".join(faults[:25])
    assert not someone.complaints, someone.complaints


def test_a_measure_is_moved_by_keyboard_and_the_focus_stays_with_it(visitor, measure_at):
    someone = visitor("business-unit")
    first, second, third = (measure_at(f"1.1#{n}") for n in (1, 2, 3))
    workstream = first.action.outcome.workstream_id
    someone.go(reverse("workstreams:keeping-page", args=[REF]) + f"?open={workstream}")
    order = "e => e.slice(0, 3).map(x => x.id)"

    def press(button):
        someone.page.locator(f"#{button}").focus()
        someone.page.keyboard.press("Enter")

    press(f"down-measures-{second.pk}")
    someone.page.locator(".govuk-error-summary:focus").wait_for()
    someone.page.keyboard.press("Tab")
    someone.page.keyboard.press(
        "Enter"
    )  # the summary leads to the field, and the next stop is the move again
    someone.page.locator("#id_because:focus").wait_for()
    someone.page.keyboard.type(WHY)
    someone.page.keyboard.press("Tab")
    someone.page.keyboard.press("Enter")
    someone.page.locator(f"#measures-{third.pk} + #measures-{second.pk}").wait_for()
    someone.page.locator(f"#down-measures-{second.pk}:focus").wait_for()
    assert someone.page.eval_on_selector_all(".keep__measure", order) == [
        f"measures-{pk}" for pk in (first.pk, third.pk, second.pk)
    ]
    assert someone.page.input_value("#id_because") == WHY
    press(f"up-measures-{third.pk}")
    someone.page.locator(f"#down-measures-{third.pk}:focus").wait_for()  # it stands first: Move up is gone
    assert "Moved up: " in someone.page.locator("#announce").inner_text()
    assert set(Ledger.objects.order_by("-seq").values_list("because", flat=True)[:4]) == {WHY}
    complaints = [each for each in someone.complaints if "422" not in each]
    assert not complaints, complaints


def test_levels_are_moved_without_javascript_and_the_reason_stays(visitor):
    unit = visitor("business-unit", javascript=False)
    levels = Plan.objects.get(ref=REF).levels.order_by("order")
    first, second, third = levels[:3]
    unit.go(reverse("workstreams:key-page", args=[REF]))
    unit.page.fill("[name=because]", WHY)
    unit.page.locator(f"#down-levels-{first.pk}").click()
    assert "Moved down: " in unit.text
    assert unit.page.input_value("[name=because]") == WHY
    unit.page.locator(f"#up-levels-{third.pk}").click()
    assert "Moved up: " in unit.text
    assert list(levels[:3]) == [second, third, first]
    assert set(Ledger.objects.order_by("-seq").values_list("because", flat=True)[:4]) == {WHY}


def test_a_draft_is_written_made_current_and_its_part_withdrawn_without_javascript(visitor):
    unit = visitor("business-unit", javascript=False)
    page = unit.page
    unit.go(reverse("workstreams:plans-page"))
    unit.press("Start a plan")
    page.fill("[name=title]", "Inspection plan")
    page.select_option("[name=shape]", "INSPECTION")
    page.fill("[name=workstream_word]", "Recommendation")
    page.fill("[name=new_group]", "Leadership Team")
    unit.press("Start the plan")
    unit.press("Add the first part")
    page.fill("[name=number]", "1")
    page.fill("[name=title]", "Better plans")
    unit.press("Add the recommendation")
    unit.press("Add an action straight under it")
    page.fill("[name=text]", "Write them with families")
    unit.press("Add the action")
    plan = Plan.objects.get(ref="inspection-plan")
    assert Measure.objects.get(action=Action.objects.get(workstream__plan=plan)).kind == "PROGRESS"
    unit.press("Add a responsible officer")
    page.select_option("[name=post]", index=1)
    unit.press("Add the officer")
    unit.go(reverse("workstreams:facts-page", args=[plan.ref]))
    unit.press("Make this plan current")
    assert "Measures without a target date" in unit.text
    page.fill("[name=because]", "Approved.")
    unit.press("Make it current")
    assert "Inspection plan is current now." in unit.text
    unit.go(reverse("workstreams:keeping-page", args=[plan.ref]))
    page.locator(".keep__workstream > .keep__acts a:has-text('Withdraw')").click()
    page.fill("[name=because]", "It was merged.")
    unit.press("Withdraw the recommendation")
    assert "Nothing stands in this plan yet" in unit.text
    page.locator("a:has-text('Restore')").first.click()
    page.fill("[name=because]", "It was not.")
    unit.press("Restore the recommendation")
    assert "Restored: 1 Better plans." in unit.text
