"""Making a pack in four steps, watching it being drawn, and who may have what was issued."""

import re
import subprocess
from datetime import timedelta

import psycopg
import pytest
from django.contrib.staticfiles.finders import find
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from reporting import html, operations
from reporting.operations import drawings
from sscp.sure import PASSWORD as FIELD
from tests.conftest import PASSWORD, show_who
from tests.reporting.test_packs import LATE, an_hour_passes, freeze_agreed, send
from tests.screens import kept_unseen, words
from workstreams import permissions
from workstreams.charts import marker
from workstreams.forms.moments import choices_of
from workstreams.models import Drawing, Group, Ledger, Pack, Receipt
from workstreams.operations import meetings, papers
from workstreams.recording import recorded
from workstreams.vocabulary import DrawingState, PackKind, Token

HTMX = {"HX-Request": "true"}
PACKS = "/reports/packs/"


@pytest.fixture
def unit(plan, cast):
    return cast("business-unit").by


@pytest.fixture
def maker(plan, cast):
    return cast("business-unit").signed_in()


@pytest.fixture
def version(plan, unit):
    """A version that a meeting agreed, of which no pack was made."""
    return freeze_agreed(plan, unit)


@pytest.fixture
def meeting(plan):
    return plan.deciding_group.meetings.next_of(plan.deciding_group)


@pytest.fixture
def started(monkeypatch):
    """The drawings whose process would have been started."""
    asked = []
    monkeypatch.setattr(drawings, "_start", asked.append)
    return asked


def keep(version, kind, by, **files):
    """A pack with files that nobody had to draw."""
    files = {"pdf": b"%PDF-1.7 kept", "xlsx": b"PK kept"} | files
    if kind == PackKind.PUBLISHED:
        files.setdefault("html", b"<!doctype html>")
    with recorded(by):
        return Pack.objects.create(
            version=version,
            kind=kind,
            contents=["WHERE"],
            **files,
            **{f"{name}_hash": name[0] * 64 for name in files},
            pages=7,
            seq=version.picture["seq"],
            by=by.user,
            for_post=by.post,
        )


def step(name, version, query=""):
    return reverse(f"reporting:{name}", args=[version.pk]) + query


def result(version, kind):
    return reverse("reporting:issued-pack", args=[version.pk, kind])


# ---- the steps


def test_the_first_step_lists_what_can_be_made_of_each_version(maker, version, unit):
    keep(version, PackKind.EXECUTIVE, unit)
    page = maker.get(PACKS).content.decode()
    assert "Step 1 of 4" in page
    assert result(version, "executive") in page
    assert f"{step('pack-page', version)}?kind=PUBLISHED" in page
    assert f"{step('pack-page', version)}?kind=EXECUTIVE" not in page


def test_the_second_step_ticks_what_the_kind_has_by_default(maker, version):
    def ticked(query):
        page = maker.get(step("pack-page", version, query)).content.decode()
        return re.findall(r'value="([A-Z]+)"[^>]* checked', page)

    assert ticked("") == list(operations.contents_of(PackKind.EXECUTIVE, None))
    assert ticked("?kind=PUBLISHED") == ["WHERE", "SLIPS", "PLAN", "VERSIONS"]
    assert ticked("?kind=PUBLISHED&part=&part=PLAN") == ["PLAN"]
    assert ticked("?part=") == []


def test_the_third_step_shows_the_packs_own_page(maker, version):
    page = maker.get(step("pack-preview", version, "?kind=EXECUTIVE&part=&part=WHERE")).content.decode()
    assert "Step 3 of 4" in page
    assert "Where we are" in page
    assert "Exceptions" not in page
    own = html.html(
        operations.pack_to_issue(
            version, "EXECUTIVE", ["WHERE"], operations.compared_version(version, "EXECUTIVE")
        )
    )
    assert own.partition("<main")[2] == page.partition("<main")[2]
    assert step("pack-issue", version, "?kind=EXECUTIVE&amp;part=&amp;part=WHERE") in page
    assert "<style" not in page
    assert "style=" not in page
    assert "<script" not in page


def test_the_preview_has_every_file_that_its_sheets_name():
    for sheet in (html.SHEET, html.SCREEN):
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text()):
            assert find(f"app/{name}"), name
    for token in Token:
        assert (html.STATIC / "marks" / f"{token.lower()}.svg").read_text().strip() == marker(token)


@pytest.mark.parametrize("query", ["?kind=ADDENDUM", "?kind=x", "?part=x", "?kind=PUBLISHED&part=EXCEPTIONS"])
def test_knows_no_other_kind_or_part(maker, version, query):
    for name in ("pack-page", "pack-preview", "pack-issue"):
        assert maker.get(step(name, version, query)).status_code == 404


def test_issues_by_a_process_of_its_own(
    maker, version, fill, started, unit, django_capture_on_commit_callbacks
):
    address = step("pack-issue", version, "?kind=EXECUTIVE&part=&part=WHERE")
    page = maker.get(address)
    assert "Step 4 of 4" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = maker.post(address, fill(page))
    assert (answer.status_code, answer["Location"]) == (303, result(version, "executive"))
    drawing = Drawing.objects.get()
    assert started == [drawing.pk]
    assert (drawing.contents, drawing.by, drawing.for_post) == (["WHERE"], unit.user, unit.post)
    watching = maker.get(answer["Location"]).content.decode()
    assert "The Executive pack is being drawn." in watching
    assert "Waiting to begin" in watching
    assert "<progress" in watching
    # Whoever asks again is led to the one that is on its way.
    for name in ("pack-page", "pack-issue"):
        again = maker.get(step(name, version, "?kind=EXECUTIVE"))
        assert (again.status_code, again["Location"]) == (302, result(version, "executive"))


def test_the_same_form_sent_twice_asks_once(
    maker, version, fill, started, django_capture_on_commit_callbacks
):
    address = step("pack-issue", version)
    sent = fill(maker.get(address))
    with django_capture_on_commit_callbacks(execute=True):
        assert [maker.post(address, sent).status_code for _ in range(2)] == [303, 303]
        elsewhere = maker.post(step("pack-issue", version, "?kind=PUBLISHED"), sent)
    assert elsewhere.status_code == 409
    assert "sent before" in elsewhere.content.decode()
    assert len(started) == Drawing.objects.count() == Receipt.objects.count() == 1


def test_asks_who_it_is_before_it_has_one_drawn_and_counts_it_once(
    maker, version, fill, started, settings, django_capture_on_commit_callbacks
):
    settings.LIMITS = settings.LIMITS | {"exports": "1/10m/user"}
    address = step("pack-issue", version)
    sent = fill(maker.get(address))
    show_who(maker, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 5)
    with django_capture_on_commit_callbacks(execute=True):
        asked = [maker.post(address, sent) for _ in range(2)][-1]
        assert asked.status_code == 422
        assert "Give your password before issuing a pack." in asked.content.decode()
        assert not Drawing.objects.exists()
        assert maker.post(address, kept_unseen(asked) | {FIELD: PASSWORD}).status_code == 303
    assert started == [Drawing.objects.get().pk]


def test_bad_input_asks_for_nothing_and_says_why(maker, version, started):
    answer = maker.post(step("pack-issue", version), {"request_id": "x"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Drawing.objects.exists()
    assert not started


def test_papers_withdrawn_meanwhile_are_refused(maker, plan, meeting, fill, unit, started):
    version = papers.issue_papers(meeting=meeting, plan=plan, label="9.1", changes="Papers", by=unit)
    address = step("pack-issue", version)
    sent = fill(maker.get(address))
    papers.withdraw_papers(meeting=meeting, plan=plan, because="Too early.", by=unit)
    answer = maker.post(address, sent)
    assert answer.status_code == 422
    assert "is not issued as Executive pack now" in answer.content.decode()
    assert "Too early." in answer.content.decode()
    assert not Drawing.objects.exists()


def test_refuses_those_who_make_no_packs(cast, version):
    pages = [PACKS, *(step(name, version) for name in ("pack-page", "pack-preview", "pack-issue"))]
    for who, status in (("scrutineer", 403), ("chair-ldg", 403), ("dsp-police", 403)):
        client = cast(who).signed_in()
        assert {client.get(page).status_code for page in pages} == {status}
        assert client.post(step("pack-issue", version), {}).status_code == status
    stranger = cast("viewer").signed_in()
    assert {stranger.get(page).status_code for page in pages} == {404}
    assert not Drawing.objects.exists()


def test_leads_readers_to_the_pack_that_they_may_have(cast, version, unit):
    keep(version, PackKind.EXECUTIVE, unit)
    answer = cast("chair-ldg").signed_in().get(step("pack-page", version))
    assert answer["Location"] == result(version, "executive")


# ---- while it is drawn


@pytest.fixture
def drawing(version, unit):
    return Drawing.objects.create(
        version=version,
        kind=PackKind.EXECUTIVE,
        contents=["WHERE"],
        state=DrawingState.DRAWING,
        done=1,
        of=3,
        doing="Drawing the PDF",
        by=unit.user,
        for_post=unit.post,
    )


def test_shows_how_far_it_is_and_asks_again(maker, version, drawing):
    page = maker.get(result(version, "executive")).content.decode()
    assert "Step 2 of 3: Drawing the PDF" in page
    assert 'max="3" value="1"' in page
    assert 'hx-trigger="every 2s"' in page
    region = maker.get(result(version, "executive"), headers=HTMX)
    assert region.status_code == 200
    assert "<html" not in region.content.decode()
    assert "Drawing the PDF" in region.content.decode()


def test_tells_the_end_once_and_stops_asking(maker, version, drawing, unit):
    keep(version, PackKind.EXECUTIVE, unit)
    region = maker.get(result(version, "executive"), headers=HTMX)
    assert region.status_code == 286
    text = region.content.decode()
    assert "The Executive pack is issued." in text
    assert "hx-get" not in text
    assert "<html" not in text
    page = maker.get(result(version, "executive"))
    assert page.status_code == 200
    assert "is issued." not in page.content.decode()


def test_says_why_it_failed_and_offers_to_draw_again(maker, version, drawing, fill, started):
    Drawing.objects.update(state=DrawingState.FAILED, why="It took more time than one report may take.")
    region = maker.get(result(version, "executive"), headers=HTMX)
    assert region.status_code == 286
    text = region.content.decode()
    assert "It took more time" in text
    assert "Draw again" in text
    again = re.search(r'href="([^"]+/issue/[^"]+)"', text)[1].replace("&amp;", "&")
    form = maker.get(again)
    assert "Where we are" in form.content.decode()
    assert maker.post(again, fill(form)).status_code == 303
    assert Drawing.objects.get().state == DrawingState.WAITING
    assert Drawing.objects.get().pk != drawing.pk


def test_notices_that_its_process_died(maker, version, drawing):
    Drawing.objects.update(moved_at=timezone.now() - drawings.DEAD_AFTER - timedelta(seconds=1))
    text = maker.get(result(version, "executive")).content.decode()
    assert "It stopped before it was finished" in text
    assert "Draw again" in text
    assert "<progress" not in text


def test_carries_out_what_was_asked_and_leaves_no_drawing(version, drawing, needs_pango):
    pack = operations.carry_out(drawing)
    assert (pack.version, pack.kind, pack.contents) == (version, PackKind.EXECUTIVE, ["WHERE"])
    assert not Drawing.objects.exists()


def test_writes_down_why_it_could_not_be_drawn(drawing, monkeypatch):
    monkeypatch.setattr("reporting.pdf._what_is_missing", lambda: "PDFs cannot be drawn here.")
    assert operations.carry_out(drawing) is None
    assert Drawing.objects.get().why == "PDFs cannot be drawn here."
    assert Drawing.objects.get().state == DrawingState.FAILED
    assert not drawing.version.packs.exists()


def test_writes_down_that_it_broke(drawing, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(drawings, "issue_pack", break_down)
    with pytest.raises(ZeroDivisionError):
        operations.carry_out(drawing)
    assert "in the log" in Drawing.objects.get().why


def test_its_process_is_told_which_drawing(monkeypatch):
    begun = []

    class Child:
        def __init__(self, command, **options):
            begun.append((command[1:], options))

        def wait(self):
            return 0

    monkeypatch.setattr(subprocess, "Popen", Child)
    drawings._start(12)
    ((command, options),) = begun
    assert command == ["manage.py", "draw_pack", "12"]
    assert options["start_new_session"]


def test_says_so_where_no_process_could_begin(drawing, monkeypatch):
    def refuse(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    drawings._start(drawing.pk)
    assert "Cannot allocate memory. Try again" in Drawing.objects.get().why


def test_nobody_else_watches(cast, version, drawing):
    for who in ("chair-ldg", "scrutineer", "viewer"):
        assert cast(who).signed_in().get(result(version, "executive")).status_code == 404


def test_says_that_nobody_asked_yet(maker, version):
    text = maker.get(result(version, "published")).content.decode()
    assert "Nobody has asked for this pack yet." in text
    assert maker.get(result(version, "x")).status_code == 404
    assert maker.get(reverse("reporting:issued-pack", args=[10**6, "executive"])).status_code == 404


# ---- what was issued


def test_lists_its_files_with_size_pages_hash_and_anchor(maker, version, unit):
    pack = keep(version, PackKind.PUBLISHED, unit)
    text = maker.get(result(version, "published")).content.decode()
    for said in (
        "7 pages",
        "13\xa0bytes",
        "p" * 64,
        "x" * 64,
        "h" * 64,
        f"{pack.seq}:{version.picture['hash']}",
    ):
        assert said in text
    for name in ("pdf", "xlsx", "html"):
        assert reverse(f"reporting:pack-{name}", args=[pack.pk]) in text


def test_hands_out_the_stored_bytes_as_attachments(maker, version, unit, caplog):
    pack = keep(version, PackKind.PUBLISHED, unit)
    for name, kind in (("pdf", "application/pdf"), ("xlsx", "spreadsheet"), ("html", "text/html")):
        with caplog.at_level("INFO", "reporting"):
            answer = maker.get(reverse(f"reporting:pack-{name}", args=[pack.pk]))
        assert answer.content == bytes(getattr(pack, name))
        assert kind in answer["Content-Type"]
        assert answer["Content-Disposition"] == (
            f'attachment; filename="business-plan-published-edition-version-{version.label}-{version.dated}.{name}"'
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "no-store"
    downloads = [r for r in caplog.records if r.message == "pack downloaded"]
    assert [(r.user, r.pack) for r in downloads] == [(unit.user.pk, pack.pk)] * 3


def test_has_no_page_where_none_was_stored(maker, version, unit):
    pack = keep(version, PackKind.EXECUTIVE, unit)
    assert maker.get(reverse("reporting:pack-html", args=[pack.pk])).status_code == 404


@pytest.fixture
def every_kind(plan, meeting, version, cast, measure_at, unit):
    send(measure_at("4.2#2"), "Early words.", cast("chair-ldg").by)
    issued = papers.issue_papers(meeting=meeting, plan=plan, label="9.1", changes="Papers", by=unit)
    an_hour_passes()
    send(measure_at("4.2#2"), LATE, cast("chair-ldg").by)
    late = papers.issue_addendum(meeting=meeting, plan=plan, label="9.2", changes="One", by=unit)
    return {
        "papers": keep(issued, PackKind.EXECUTIVE, unit),
        "addendum": keep(late, PackKind.ADDENDUM, unit),
        "agreed": keep(version, PackKind.EXECUTIVE, unit),
        "published": keep(version, PackKind.PUBLISHED, unit),
    }


def test_the_reports_tell_papers_from_addenda_and_one_meeting_from_another(every_kind, meeting, maker, unit):
    planned = f"{meeting.held_on:%-d %B %Y}"
    text = words(maker.get("/reports/"))
    assert f"Version 9.1 Papers with provisional ratings, for the meeting of {planned} " in text
    assert (
        f"Version 9.2 Addendum to the papers with provisional ratings, for the meeting of {planned} " in text
    )
    held = meetings.hold_meeting(meeting=meeting, present=[unit.post], by=unit)
    closed = meetings.close_meeting(
        meeting=held, plan=held.versions.first().plan, label="9.3", changes="", by=unit
    )
    keep(closed, PackKind.EXECUTIVE, unit)
    day = f"{held.held_on:%-d %B %Y}"
    assert day != planned
    text = words(maker.get("/reports/"))
    packs = [text.index(f"version {label} ") for label in ("9.3", "9.2", "9.1", "9.0")]
    assert packs == sorted(packs)
    offered = [said.split(",")[0] for _, said in choices_of(closed.plan)]
    assert offered[:4] == [f"Version {label}" for label in ("9.3", "9.2", "9.1", "9.0")]
    assert text.count(f"for the meeting of {day}, planned for {planned} ") == 2
    for pack in (every_kind["papers"], every_kind["addendum"]):
        page = words(maker.get(result(pack.version, pack.kind.lower())))
        assert f"For the meeting of {day}, planned for {planned}." in page
    register = html.html(operations.pack_to_issue(closed, PackKind.EXECUTIVE, ["VERSIONS"], None))
    for label, said in (("9.1", f"for {planned}"), ("9.2", f"for {planned}"), ("9.3", day)):
        assert f'<th scope="row">{label}</th><td>{said}</td>' in register


@pytest.mark.parametrize(
    ("who", "has"),
    [
        ("business-unit", {"papers", "addendum", "agreed", "published"}),
        ("scrutineer", {"papers", "addendum", "agreed", "published"}),
        ("dsp-health", {"papers", "addendum", "agreed", "published"}),
        ("chair-ldg", {"papers", "addendum", "agreed", "published"}),
        ("chair-mash", {"papers", "addendum", "agreed", "published"}),
        ("viewer", {"published"}),
    ],
)
def test_is_open_to_those_who_report_to_its_meeting(cast, every_kind, who, has):
    client = cast(who).signed_in()
    listed = client.get("/reports/").content.decode()
    for name, pack in every_kind.items():
        status = 200 if name in has else 404
        assert client.get(reverse("reporting:pack-pdf", args=[pack.pk])).status_code == status
        assert client.get(reverse("reporting:pack-xlsx", args=[pack.pk])).status_code == status
        assert client.get(result(pack.version, pack.kind.lower())).status_code == status
        assert (reverse("reporting:pack-pdf", args=[pack.pk]) in listed) is (name in has)


def test_is_closed_to_a_group_that_reports_elsewhere(cast, every_kind, plan, unit):
    group = cast("chair-ldg").post.group
    with recorded(unit):
        group.reports_to = None
        group.save()
    seen = permissions.packs_visible_to(cast("chair-ldg").person)
    assert every_kind["published"] in seen
    assert not seen.exclude(kind=PackKind.PUBLISHED).exists()


def test_a_stranger_is_asked_to_sign_in(client, every_kind):
    assert client.get(reverse("reporting:pack-pdf", args=[every_kind["published"].pk])).status_code == 302


def test_says_where_papers_were_withdrawn_and_leaves_the_file(maker, plan, meeting, every_kind, unit):
    address = reverse("reporting:pack-pdf", args=[every_kind["papers"].pk])
    before = maker.get(address).content
    papers.withdraw_papers(meeting=meeting, plan=plan, because="A report was missing.", by=unit)
    listed = maker.get("/reports/").content.decode()
    assert listed.count("Papers withdrawn") == 2
    assert "A report was missing." in listed
    assert (
        "A report was missing."
        in maker.get(result(every_kind["papers"].version, "executive")).content.decode()
    )
    assert maker.get(address).content == before
    assert (
        "Papers withdrawn"
        not in maker.get(result(every_kind["agreed"].version, "executive")).content.decode()
    )


def test_lists_the_newest_meeting_first(maker, every_kind):
    listed = maker.get("/reports/").content.decode()
    order = ["9.2", "9.1", "9.0"]
    places = [listed.index(f", version {label}</a>") for label in order]
    assert places == sorted(places)


@pytest.mark.parametrize("address", ["/reports/", PACKS])
def test_asks_the_database_as_little_for_many_as_for_one(
    maker, every_kind, address, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        maker.get(address)


def test_a_pack_is_in_the_history(maker, version, unit):
    keep(version, PackKind.EXECUTIVE, unit)
    seq = Ledger.objects.filter(table="workstreams_pack").latest("seq").seq
    page = maker.get(reverse("workstreams:record-page", args=[seq]))
    assert page.status_code == 200
    assert "Executive pack" in page.content.decode()


def test_nobody_who_writes_waits_for_a_pack_that_is_drawn(stage, cast, plan):
    unit = cast("business-unit").by
    drawing = Drawing.objects.create(
        version=freeze_agreed(plan, unit),
        kind=PackKind.EXECUTIVE,
        contents=["WHERE"],
        doing="Drawing",
        by=unit.user,
        for_post=unit.post,
    )
    url = stage.server.url("plan_app", connection.settings_dict["NAME"])
    with psycopg.connect(url) as writing, drawings.one_at_a_time(drawing):
        writing.execute(
            "select set_config('plan.by', 'somebody', true), set_config('lock_timeout', '5s', true)"
        )
        writing.execute("update workstreams_group set short_name = 'Busy' where id = 1")
        writing.commit()
    assert Group.objects.get(pk=1).short_name == "Busy"
