"""The plan as at its first meeting differs in nothing from the pack issued that day, whatever was done since."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from html import unescape
from typing import Any

import openpyxl
import pytest
from django.conf import settings

from reporting import excel, operations, pdf
from reporting.pack import Pack as Report
from reporting.pack import pack_of
from sscp.demonstration.meetings import Executive
from sscp.demonstration.packs import Packs
from sscp.demonstration.plan import load
from sscp.demonstration.play import as_printed
from sscp.demonstration.stage import Stage as Played
from tests.conftest import Member
from tests.shapes import another
from workstreams import gather
from workstreams.models import Measure, Pack, Plan, Version
from workstreams.operations import newest_row, people, targets
from workstreams.operations import plan as planning
from workstreams.picture import Reader
from workstreams.vocabulary import PackKind

WHY = "The partnership asked for it."
WHOLE = Reader(everything=True, drafts=True)
FILES = settings.BASE / "fixtures"


# ---- two of anything, held against each other


def differences(then: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where two pictures, packs or rows differ: the path to each difference, and both values."""
    if is_dataclass(then) and type(then) is type(now):
        for each in fields(then):
            yield from differences(
                getattr(then, each.name), getattr(now, each.name), f"{path}.{each.name}".strip(".")
            )
    elif _have_ids(then) and _have_ids(now):  # what stands elsewhere now is the same thing
        one, other = ({each.id: each for each in found} for found in (then, now))
        for pk in one | other:
            yield from differences(one.get(pk), other.get(pk), f"{path}[{pk}]")
    elif isinstance(then, tuple | list) and isinstance(now, tuple | list):
        if len(then) != len(now):
            yield f"{path}: {len(then)} of them, then {len(now)}"
        for place, (one, other) in enumerate(zip(then, now, strict=False)):
            yield from differences(one, other, f"{path}[{place}]")
    elif isinstance(then, dict) and isinstance(now, dict):
        for name in then.keys() | now.keys():
            yield from differences(then.get(name), now.get(name), f"{path}[{name}]")
    elif then != now:
        yield f"{path}: {then!r}, then {now!r}"


def _have_ids(found: Any) -> bool:
    return isinstance(found, tuple) and all(hasattr(each, "id") for each in found)


def cells(workbook: bytes) -> dict[str, list[list[Any]]]:
    """Every cell of every sheet, but what is hidden: there a workbook that can be brought back carries its plan."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return {
        sheet.title: [
            [c.value for c in row if not sheet.column_dimensions[c.column_letter].hidden]
            for row in sheet.rows
        ]
        for sheet in book
        if sheet.sheet_state == "visible"
    }


def said(markup: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def rows(page: Any) -> dict[str, list[str]]:
    """The rows of the plan's tables on a page, cell by cell in words."""
    assert page.status_code == 200
    found = re.findall(r'<tr role="row" id="(measure-\d+)">(.*?)</tr>', page.content.decode(), re.S)
    return {
        name: [said(cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row, re.S)]
        for name, row in found
    }


def captions(page: Any) -> list[str]:
    return [said(caption) for caption in re.findall(r"<caption>.*?</caption>", page.content.decode(), re.S)]


# ---- the first meeting, and what was done since


@dataclass
class Since:
    """What was kept on the day of the first meeting, and what there was to be changed."""

    plan: Plan
    version: Version
    pack: Pack
    page: Any
    dashboard: Any
    report_pdf: bytes
    report_xlsx: bytes
    draft: Plan
    draft_seq: int
    changed: dict[str, Any]

    @property
    def moment(self) -> gather.Moment:
        moment = gather.moment_at(self.plan, self.pack.seq)
        assert moment is not None
        return moment

    @property
    def then(self) -> gather.p.PlanPicture:
        return gather.picture_for(WHOLE, self.plan, as_at=self.moment)

    @property
    def now(self) -> gather.p.PlanPicture:
        return gather.picture_for(WHOLE, self.plan)

    def issued(self, picture: gather.p.PlanPicture) -> Report:
        """The Executive pack as it is made of this picture."""
        frozen = operations.pack_to_issue(self.version, PackKind.EXECUTIVE, self.pack.contents, None)
        return pack_of(
            picture.as_agreed(),
            None,
            partnership=settings.PARTNERSHIP_NAME,
            standing=frozen.standing,
            edition=frozen.edition,
            agreed=True,
            kind=PackKind.EXECUTIVE,
            contents=self.pack.contents,
            moment=str(self.pack.seq),
        )


@pytest.fixture(scope="module")
def since(theatre, django_db_setup, django_db_blocker, worker_id) -> Iterator[Since]:
    name = f"stage_{worker_id}"
    with django_db_blocker.unblock():
        theatre.furnish(name)
        yield live(Played(0, date(2023, 11, 24)))
        theatre.point_to(f"test_{worker_id}")
    theatre.drop(name)


def live(played: Played) -> Since:
    """The first meeting agrees version 1.7 and its pack is issued; then a season in which much is changed."""
    content = json.loads((FILES / "plan_2023_24.json").read_text())
    load(played, content)
    executive = Executive(played, Packs(played, wanted=True, tell=print))
    meeting, version = executive.agree_first(*as_printed(content))
    unit = Member("business-unit").signed_in()
    kept = {
        "page": unit.get("/plans/business-plan/"),
        "dashboard": unit.get("/dashboard/"),
        "report_pdf": unit.get(f"/reports/versions/{version.pk}/report.pdf").content,
        "report_xlsx": unit.get(f"/reports/versions/{version.pk}/report.xlsx").content,
    }
    executive.packs.issue(version, PackKind.EXECUTIVE)
    second = json.loads((FILES / "story.json").read_text())["meetings"][0]
    changed, draft, draft_seq = change(played, json.dumps(second))
    executive.hold(executive.plan_next(meeting.held_on), second)
    return Since(
        Plan.objects.get(pk=played.plan.pk), version, Pack.objects.get(version=version), **kept,
        draft=draft, draft_seq=draft_seq, changed=changed,
    )  # fmt: skip


def change(played: Played, second: str) -> tuple[dict[str, Any], Plan, int]:
    """Everything that a plan can lose or have written over; the `second` meeting speaks of what is left."""
    plan, unit = played.plan, played.by("business-unit")
    by = {"because": WHY, "by": unit}
    played.clock(played.now + timedelta(days=1))
    of = {
        ref: list(Measure.objects.filter(action__outcome__ref=ref).in_plan_order())
        for ref in ("1.1", "1.2", "4.1")
    }
    officer = of["4.1"][0].action.officers.select_related("post").first()
    mash, ldg = played.posts["chair-mash"], played.posts["chair-ldg"]
    people.change_post(
        post=mash, title="Chair of the Front Door Group", kind=mash.kind, group=mash.group, organisation="",
        seen=newest_row(mash), **by,
    )  # fmt: skip
    planning.take_off_officer(officer=officer, **by)
    planning.name_officer(
        action=officer.action, post=mash, role="LEAD", printed="Chair of the Front Door Group", **by
    )
    today = gather.today()
    people.hand_over(
        post=ldg, successor=None, email="successor@example.org", name="LDG successor",
        last_day=today, first_day=today + timedelta(days=1),
        seen=newest_row(people.holder_of(ldg, today)), **by,
    )  # fmt: skip
    planning.change(item=of["1.1"][0], text="Said in quite other words", **by)
    tagged = of["1.2"][0]
    planning.change(item=tagged, growth=not tagged.growth, **by)
    targets.set_target(
        measure=of["1.1"][1], text="June 2025", due_on=date(2025, 6, 30), precision="MONTH", **by
    )
    amber = plan.levels.get(code="A")
    planning.change(item=amber, meaning="Under way, with a plan that the scrutineer has read", **by)
    *_, idle = (measure for key, measure in played.measures.items() if f'"{key}"' not in second)
    planning.withdraw(item=idle, **by)
    outcome = of["1.2"][0].action.outcome
    planning.change(item=outcome, ref="1.9", **by)
    draft = another(plan, unit, ref="next", title="Next")
    workstream = planning.add_workstream(plan=draft, number="1", title="One", **by)
    gone = planning.add_outcome(workstream=workstream, ref="1.1", statement="To be deleted", **by)
    action = planning.add_action(place=gone, text="Act", **by)
    deleted = planning.add_measure(action=action, text="Never rated", growth=True, **by)
    seq, deleted_id = gather.head().seq, deleted.pk
    planning.delete(item=gone, **by)
    return (
        {
            "officer": officer.action_id,
            "wording": of["1.1"][0].pk,
            "tag": tagged.pk,
            "target": of["1.1"][1].pk,
            "withdrawn": idle.pk,
            "deleted": deleted_id,
        },
        draft,
        seq,
    )


# ---- the acceptance


def test_the_picture_is_the_one_that_was_frozen(since):
    frozen = gather.frozen(WHOLE, since.version)
    assert list(differences(frozen, since.then)) == []
    chair = Reader(everything=False, posts=frozenset({Member("chair-mash").post.pk}))
    for reader in (chair, Reader(everything=False), Reader(everything=False, public=True)):
        then = gather.picture_for(reader, since.plan, as_at=since.moment)
        assert list(differences(gather.frozen(reader, since.version), then)) == []


def test_a_newly_drawn_pack_is_the_one_that_was_issued_to_the_last_byte(since, needs_pango):
    kept = operations.pack_to_issue(since.version, PackKind.EXECUTIVE, since.pack.contents, None)
    drawn = since.issued(since.then)
    assert list(differences(kept, drawn)) == []
    assert list(differences(cells(bytes(since.pack.xlsx)), cells(excel.draw(drawn)))) == []
    assert excel.draw(drawn) == bytes(since.pack.xlsx)
    assert pdf.draw(drawn) == bytes(since.pack.pdf)


def test_the_report_as_at_is_the_one_of_that_day(since, needs_pango):
    unit = Member("business-unit").signed_in()
    drawn = unit.get(f"/reports/now/report.pdf?as-at={since.pack.seq}")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "application/pdf")
    assert drawn.content == since.report_pdf
    book = unit.get(f"/reports/now/report.xlsx?as-at={since.pack.seq}")
    then, now = cells(since.report_xlsx), cells(book.content)
    assert list(differences(then, now)) == []
    assert "History" in now
    issued = cells(bytes(since.pack.xlsx))
    for name in issued.keys() - {"About"}:
        assert list(differences(issued[name], now[name], name)) == []


def test_the_page_is_the_one_of_that_day(since):
    unit = Member("business-unit").signed_in()
    page = unit.get(f"/plans/business-plan/?as-at={since.pack.seq}")
    assert len(rows(page)) == 42
    assert list(differences(rows(since.page), rows(page))) == []
    assert captions(page) == captions(since.page)
    kept = operations.pack_to_issue(since.version, PackKind.EXECUTIVE, since.pack.contents, None)
    for line in kept.lines:  # the page and the paper say the same
        row = " ".join(rows(page)[f"measure-{line.measure_id}"])
        assert said(line.target) in row
        assert line.level.word in row
    dashboard = unit.get(f"/dashboard/?as-at={since.pack.seq}")
    for name in ("where", "improving", "slips"):
        then, now = since.dashboard.context[name], dashboard.context[name]
        assert then.sentence == now.sentence


def test_what_was_deleted_and_withdrawn_since_is_there(since):
    unit = Member("business-unit").signed_in()
    for name in ("withdrawn", "wording", "tag", "target"):
        assert unit.get(f"/measures/{since.changed[name]}/?as-at={since.pack.seq}").status_code == 200
    page = unit.get(f"/plans/next/?as-at={since.draft_seq}")
    assert "To be deleted" in page.content.decode()
    assert "To be deleted" not in unit.get("/plans/next/").content.decode()
    measure = unit.get(f"/measures/{since.changed['deleted']}/?as-at={since.draft_seq}")
    assert "Never rated" in measure.content.decode()
    assert unit.get(f"/measures/{since.changed['deleted']}/").status_code == 404
    partner = Member("dsp-police").signed_in()
    assert partner.get(f"/plans/next/?as-at={since.draft_seq}").status_code == 404
    assert partner.get(f"/measures/{since.changed['deleted']}/?as-at={since.draft_seq}").status_code == 404


# ---- the same comparison made against now finds every change


CHANGES = {
    "an officer’s post": r"officers\[0\]\.post_id: ",
    "a post’s title": r"'Chair of MASH Steering Group', then 'Chair of the Front Door Group'",
    "a post’s holder": r"holders\[0\]: 'LDG chair', then 'LDG successor'",
    "a wording": r"\.text: .* then 'Said in quite other words'",
    "a tag": r"\.growth: ",
    "a target": r"target\.text: .* then 'June 2025'",
    "the key’s wording": r"key\[\d\]\.meaning: ",
    "a withdrawn measure": r"measures\[\d+\]: Measure\(.*, then None$",
    "a renumbered outcome": r"\.ref: '1\.2', then '1\.9'",
    "another cycle": r"^versions\[\d+\]: None, then VersionRow",
}


@pytest.mark.parametrize("what", CHANGES)
def test_held_against_now_the_picture_shows(since, what):
    found = list(differences(since.then, since.now))
    assert [line for line in found if re.search(CHANGES[what], line)], "\n".join(found[:60])


def test_held_against_now_the_page_the_pack_and_the_workbook_differ(since, needs_pango):
    unit = Member("business-unit").signed_in()
    now = unit.get("/plans/business-plan/")
    on_the_page = " ".join(differences(rows(since.page), rows(now)))
    for words in ("Said in quite other words", "June 2025", "Chair of the Front Door Group", "1.9"):
        assert words in on_the_page
    assert captions(now) == captions(since.page)
    kept = operations.pack_to_issue(since.version, PackKind.EXECUTIVE, since.pack.contents, None)
    on_paper = " ".join(differences(kept, since.issued(since.now)))
    for words in ("Said in quite other words", "June 2025", "Chair of the Front Door Group", "read'", "1.9"):
        assert words in on_paper
    book = cells(unit.get("/reports/now/report.xlsx").content)
    in_the_book = " ".join(differences(cells(since.report_xlsx), book))
    for words in ("Said in quite other words", "June 2025", "Chair of the Front Door Group"):
        assert words in in_the_book
