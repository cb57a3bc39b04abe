"""Every page at three widths, for those who use it: nothing for axe to find, no sideways scroll, no CSP violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from workstreams.models import Ledger, Meeting

OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
WIDTHS = (1366, 820, 320)
EVERYBODY = [
    "workstreams:help",
    "workstreams:accessibility",
    "workstreams:privacy",
    "workstreams:mail-choices-page",
    "reporting:reports-page",
]


def found_on(visitor):
    """What axe complains of, one line each."""
    violations = Axe().run(visitor.page, options=OPTIONS).response["violations"]
    return [
        f"{v['id']} ({v['impact']}): {v['help']} at {node['target']} {node['html'][:160]}"
        for v in violations
        for node in v["nodes"]
    ]


def addresses(who, measure_at):
    measure = reverse("workstreams:measure-page", args=[measure_at("4.2#2").pk])
    held = Meeting.objects.filter(state="CLOSED").last()
    planned = Meeting.objects.filter(state="PLANNED").first()
    rating = Ledger.objects.filter(table="workstreams_rating").last()
    group = measure_at("4.2#2").action.officers.get(role="LEAD").post.group
    highlights = reverse("workstreams:highlights-page", args=[planned.pk, group.pk])
    common = [
        *(reverse(name) for name in EVERYBODY),
        "/plans/business-plan/",
        "/plans/business-plan/?level=R&overdue=on",
        "/plans/business-plan/references/4.1/",
        reverse("workstreams:dashboard-page"),
        reverse("workstreams:dashboard-page") + "?workstream=4",
        measure,
        reverse("workstreams:meetings-page"),
        reverse("workstreams:meeting-page", args=[held.pk]),
        reverse("reporting:minutes-page", args=[held.pk]),
        reverse("workstreams:meeting-page", args=[planned.pk]),
        reverse("workstreams:history-page"),
        reverse("workstreams:history-page") + "?kind=RATING&workstream=4",
        reverse("workstreams:find") + "?q=training",
        reverse("workstreams:find") + "?q=nothing+like+this",
    ]
    seen_record = [reverse("workstreams:record-page", args=[rating.seq])]
    return {
        "chair-ldg": [*common, highlights, reverse("workstreams:my-updates")],
        "business-unit": [
            *common,
            *seen_record,
            highlights,
            reverse("workstreams:returning-page", args=[planned.pk]),
            reverse("workstreams:papers-page", args=[planned.pk]),
            reverse("workstreams:my-updates"),
            reverse("workstreams:people-page"),
            reverse("workstreams:invitation-page"),
            reverse("workstreams:correction-page", args=[measure_at("1.2#2").pk]),
        ],
        "scrutineer": [
            *common,
            *seen_record,
            reverse("workstreams:comparison-page"),
            reverse("workstreams:signals-page"),
        ],
    }[who]


@pytest.mark.parametrize("who", ["chair-ldg", "business-unit", "scrutineer"])
def test_axe_finds_nothing_on_any_page(visitor, measure_at, who):
    someone = visitor(who)
    faults = []
    for address in addresses(who, measure_at):
        status = someone.go(address)
        if status != 200:
            faults.append(f"{address}: {status}")
            continue
        for width in WIDTHS:
            someone.page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{address} at {width}: {fault}" for fault in found_on(someone)]
            if someone.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{address} at {width}: scrolls sideways")
    assert not faults, "\n".join(faults[:25])
    assert not someone.complaints, someone.complaints


@pytest.mark.parametrize(
    ("who", "place"),
    [
        ("chair-ldg", "4.2#2"),  # an update, figures, impact, another date
        ("chair-ldg", "4.1#1"),  # complete, its impact to be reported
        ("chair-arg", "3.3#1"),  # answered every quarter
        ("business-unit", "2.2#1"),  # renewed, kept or ended
    ],
)
def test_axe_finds_nothing_on_a_measure_with_everything_unfolded(visitor, measure_at, who, place):
    someone = visitor(who)
    someone.go(reverse("workstreams:measure-page", args=[measure_at(place).pk]))
    someone.page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    faults = []
    for width in WIDTHS:
        someone.page.set_viewport_size({"width": width, "height": 900})
        faults += [f"at {width}: {fault}" for fault in found_on(someone)]
        if someone.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"at {width}: scrolls sideways")
    assert not faults, "\n".join(faults[:25])
    assert not someone.complaints, someone.complaints


def test_axe_finds_nothing_before_signing_in(visitor):
    someone = visitor()
    faults = []
    for address in ("/account/login/", "/account/password/forgotten/", "/help/", "/accessibility/"):
        assert someone.go(address) == 200
        for width in WIDTHS:
            someone.page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{address} at {width}: {fault}" for fault in found_on(someone)]
    assert not faults, "\n".join(faults[:25])


def test_axe_finds_nothing_after_a_refusal(visitor, measure_at):
    someone = visitor("chair-ldg")
    someone.go(reverse("workstreams:measure-page", args=[measure_at("4.2#2").pk]))
    someone.press("Send update")
    assert "There is a problem" in someone.text
    assert someone.page.title().startswith("Error: ")
    assert someone.page.evaluate("document.activeElement.className") == "govuk-error-summary"
    faults = []
    for width in WIDTHS:
        someone.page.set_viewport_size({"width": width, "height": 900})
        faults += found_on(someone)
    assert not faults, "\n".join(faults[:25])


def test_axe_finds_nothing_in_a_meeting(visitor):
    someone = visitor("business-unit")
    planned = Meeting.objects.filter(state="PLANNED").first()
    someone.go(reverse("workstreams:meeting-page", args=[planned.pk]))
    someone.page.locator("summary", has_text="Who is present").click()
    for box in someone.page.locator("main input[name=present]").all()[:3]:
        box.check()
    someone.page.locator("main form:has(input[type=checkbox]) button").last.click()
    someone.page.wait_for_load_state()
    faults = []
    for address in (
        reverse("workstreams:decisions-page", args=[planned.pk]),
        reverse("workstreams:decisions-page", args=[planned.pk]) + "?screen=large",
        reverse("workstreams:closing-page", args=[planned.pk]),
        reverse("workstreams:meeting-page", args=[planned.pk]),
    ):
        assert someone.go(address) == 200
        for width in WIDTHS:
            someone.page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{address} at {width}: {fault}" for fault in found_on(someone)]
    assert not faults, "\n".join(faults[:25])
    assert not someone.complaints, someone.complaints


def test_the_plan_stays_a_table_when_it_is_restyled(visitor):
    """Counted in the accessibility tree: rows, cells and headers are there at every width."""
    someone = visitor("scrutineer")
    counts = set()
    for width in WIDTHS:
        someone.page.set_viewport_size({"width": width, "height": 900})
        someone.go("/plans/business-plan/?workstream=1")
        page = someone.page
        counts.add(
            (
                page.get_by_role("table").count(),
                page.get_by_role("row").count(),
                page.get_by_role("columnheader").count(),
                page.get_by_role("rowheader").count(),
                page.get_by_role("cell").count(),
            )
        )
    assert counts == {(1, 7, 7, 2, 28)}


def test_every_control_of_my_updates_is_reached_by_keyboard_and_uncovered(visitor):
    someone = visitor("chair-ldg")
    someone.go(reverse("workstreams:my-updates"))
    page = someone.page
    expected = page.locator(
        "a:visible, button:visible, input:visible:not([type=hidden]), summary:visible"
    ).count()
    reached = set()
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "(() => { const e = document.activeElement, r = e.getBoundingClientRect();"
                " const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);"
                " return [e.outerHTML.slice(0, 120), !top || e.contains(top) || top.contains(e)].join('|'); })()"
            )
        )
    assert len(reached) >= expected
    covered = [r for r in reached if r.endswith("|false")]
    assert not covered, covered
