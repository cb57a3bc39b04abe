"""The PDF: accessible, the same each time, and drawn from nothing but its pack, whatever people wrote."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import zlib
from dataclasses import replace
from html.parser import HTMLParser

import page
import pytest

from reporting import pdf
from reporting.pack import CouldNotDraw, pack_of, packed
from tests import pictures

pytestmark = pytest.mark.usefixtures("needs_pango")

NAUGHTY = [
    "<script>alert(1)</script><img src='file:///etc/passwd'><style>@import 'http://x.invalid'</style>",
    "{{ pack }} {% include 'base.html' %} {# #}",
    "</text></svg></td></table>&amp;&#0;",
    "a\x00b\x1bc\ud800d\ufffee\x7f",
    "a" * 3_000,
    "שלום عربي \u202etest\u202c 😀 z\u200bz ﷽",
    "\n" * 60 + "=1+1",
]


def hostile(text):
    """The draft with this text in every place where somebody writes."""
    picture = pictures.draft()

    def say(rating):
        return rating and replace(
            rating, words=text, recovery_plan=text, risk_note=text, because=text, post=text
        )

    def measure(_, m):
        return replace(
            m,
            text=text,
            agreed=say(m.agreed),
            proposed=say(m.proposed),
            proposal=say(m.proposal),
            held_over=say(m.held_over),
            target=replace(m.target, text=text[:200], asked_text=text[:200], asked_because=text),
        )

    first = picture.with_measures(measure).workstreams[0]
    picture = replace(picture, workstreams=(replace(first, title=text, aim=text), *picture.workstreams[1:]))
    return pack_of(picture, pictures.july(), partnership=text, standing=text)


def failed_rules(content):
    report = page.validate_pdf_bytes(content, profile="ua1")
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def streams(content):
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            yield zlib.decompress(match[1])
        except zlib.error:
            yield match[1]


def test_fails_no_rule_of_accessible_pdfs(draft_pdf, agreed_pack):
    assert failed_rules(draft_pdf) == []
    assert failed_rules(pdf.draw(agreed_pack)) == []


def test_fails_no_rule_with_updates_of_full_length():
    words = "Every chair has much to say. " * 100
    change = {
        m.id: lambda m: replace(
            m,
            agreed=replace(m.agreed, because=words[:2900]),
            proposal=m.proposal and replace(m.proposal, words=words, recovery_plan=words, risk_note=words),
        )
        for m in pictures.draft().measures
    }
    picture = pictures.changed(pictures.draft(), change)
    assert failed_rules(pdf.draw(pack_of(picture, None, partnership="P", standing="S"))) == []


def test_gives_every_header_cell_its_scope(draft_pack):
    content = pdf.render(draft_pack, uncompressed_pdf=True)
    headers = len(re.findall(rb"/S /TH\b", content))
    assert headers > 100
    assert content.count(b"/Scope /Column") + content.count(b"/Scope /Row") == headers
    assert content.count(b"/Scope /Column") > 20


def test_holds_title_language_bookmarks_and_its_own_font_only(draft_pack):
    content = pdf.render(draft_pack, uncompressed_pdf=True)
    assert b"/Lang (en-GB)" in content
    assert b"/Outlines" in content
    assert b"/MarkInfo" in content
    assert {name.split(b"+")[1].split(b"-")[0] for name in re.findall(rb"/BaseFont /([^\s/]+)", content)} == {
        b"Source"
    }


def test_is_the_same_in_any_process(draft_pack):
    def drawn(**environment):
        child = subprocess.run(
            [sys.executable, "-m", "reporting.pdf"],
            input=packed(draft_pack),
            capture_output=True,
            check=True,
            cwd=pdf.BASE,
            env={"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")} | environment,
        )
        return hashlib.sha256(child.stdout).hexdigest()

    one = drawn(PYTHONHASHSEED="1", TZ="UTC")
    assert one == drawn(PYTHONHASHSEED="2", TZ="Asia/Tokyo")


def test_is_dated_by_its_pack_and_not_by_the_clock(draft_pack):
    content = pdf.render(draft_pack, uncompressed_pdf=True)
    assert re.findall(rb"/(CreationDate|ModDate) \(([^)]*)", content) == [
        (b"CreationDate", b"D:20231011"),
        (b"ModDate", b"D:20231011"),
    ]


def test_does_not_draw_the_same_pack_twice(draft_pack, draft_pdf, monkeypatch):
    monkeypatch.setattr(pdf, "in_child", lambda data: pytest.fail("drawn again"))
    assert pdf.draw(replace(draft_pack)) == draft_pdf


# ---- its words


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def read(pack):
    parser = Text()
    parser.feed(pdf.html(pack))
    return parser.tags, " ".join("".join(parser.text).split())


def test_says_what_an_executive_needs(draft_pack):
    _, text = read(draft_pack)
    for words in (
        "Provisional: not agreed by the Executive Group",
        "Working draft since version 1.8, with provisional ratings",
        "42 measures: 1 Red, 9 Amber, 19 Green, 13 Blue agreed. 14 overdue.",
        "What changed since the last Executive, version 1.7 (18 July 2023)",
        "Red, agreed or proposed: 2",
        "Overdue: 14",
        "Amber without a recovery plan:",
        "Complete, impact not accepted: 12",
        "Ratings proposed, waiting for the Executive Group: 5",
        "Amended by the Executive Group: 3",
        "New target dates asked for: 1",
        "record 1504",
        "Deferred on 10 October 2023",
        f"1611:{draft_pack.hash}",
    ):
        assert words in text


def test_an_agreed_version_is_not_called_provisional(agreed_pack):
    _, text = read(agreed_pack)
    assert "Version 1.7, agreed by the Executive Group on 18 July 2023" in text
    assert "rovisional: not" not in text
    assert 'class="provisional"' not in pdf.html(agreed_pack)
    assert "There is no agreed version before this one" in text


def test_has_one_key_under_each_workstream(draft_pack):
    tags, text = read(draft_pack)
    assert text.count("Red Not on track; carrying it out is at risk.") == 6
    assert [tag for tag, _ in tags].count("h1") == 1


def test_has_no_empty_header_and_no_style(draft_pack):
    html = pdf.html(draft_pack)
    assert not re.search(r"<th[^>]*>\s*</th>", html)
    assert " style=" not in html
    assert "<style" not in html


def test_an_empty_plan_has_a_report_too():
    bare = replace(
        pictures.july(), workstreams=(), versions=(), passages=(), next_meeting=None, last_meeting=None
    )
    pack = pack_of(bare, None, partnership="P", standing="S")
    assert failed_rules(pdf.draw(pack)) == []


# ---- safe


def test_fetches_nothing_that_somebody_wrote():
    tags, _ = read(hostile(NAUGHTY[0]))
    assert not {tag for tag, _ in tags} & {"script", "img", "style", "link", "iframe", "object"}
    assert not [attrs for _, attrs in tags if {"src", "href", "style"} & attrs.keys()]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://example.invalid/x", "asset:///../pack.py", "data:,x"]
)
def test_serves_only_its_own_assets(url):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        pdf._fetcher().fetch(url)


def test_serves_its_font_and_marks():
    fetcher = pdf._fetcher()
    assert fetcher.fetch("asset:///source-sans-3.woff2").read()[:4] == b"wOF2"
    assert b"<svg" in fetcher.fetch("asset:///marks/amber.svg").read()


@pytest.mark.parametrize(
    "text", NAUGHTY, ids=["tags", "template", "closing", "control", "long", "scripts", "lines"]
)
def test_draws_whatever_people_wrote(text):
    content = pdf.draw(hostile(text))
    assert content.startswith(b"%PDF-1.7")
    assert not [s for s in streams(content) if b"root:x:0" in s]


def test_names_characters_that_no_font_has(draft_pack):
    odd = replace(draft_pack, partnership="A \U0001f9ff\u6f22 Partnership", standing="x")
    with pytest.raises(pdf.NotInAnyFont) as missing:
        pdf.render(replace(odd, partnership="A \U000f1234 Partnership"))
    assert missing.value.named("A \U000f1234 Partnership") == "A [U+F1234] Partnership"
    assert failed_rules(pdf.draw(odd)) == []


def test_breaks_words_that_are_too_long_and_leaves_a_hash_whole():
    assert pdf.tidy("a" * 130) == "\u200b".join(["a" * 64, "a" * 64, "aa"])
    assert pdf.tidy("5f" * 32) == "5f" * 32


def test_fails_on_any_warning_of_the_engine(draft_pack, monkeypatch):
    monkeypatch.setattr(pdf, "SHEET", type("Sheet", (), {"read_text": lambda: "p { colour: red }"}))
    with pytest.raises(CouldNotDraw, match="colour"):
        pdf.render(draft_pack)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit(3)", "Drawing it failed"),
        (f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})", "more time or memory"),
        ("print('no PDF')", "Drawing it failed"),
    ],
)
def test_says_so_where_the_child_dies(draft_pack, monkeypatch, code, why):
    run = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda command, **options: run([sys.executable, "-c", code], **options)
    )
    with pytest.raises(CouldNotDraw, match=why):
        pdf.in_child(packed(draft_pack))


def test_says_so_where_the_child_takes_too_long(draft_pack, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.2)
    with pytest.raises(CouldNotDraw, match="not finished after"):
        pdf.in_child(packed(draft_pack))


def test_the_child_holds_to_its_memory(draft_pack):
    code = "import sys; from reporting import pdf; pdf.MEMORY = 150 << 20; sys.exit(pdf.main())"
    child = subprocess.run(
        [sys.executable, "-c", code], input=packed(draft_pack), capture_output=True, check=False, cwd=pdf.BASE
    )
    assert child.returncode != 0
    assert not child.stdout.startswith(b"%PDF")


def test_the_child_knows_no_secrets(draft_pack, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not for children")
    monkeypatch.setenv("DATABASE_URL", "postgresql://x:y@z/w")
    seen = {}

    def run(command, *, env, **options):
        seen.update(env)
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(CouldNotDraw):
        pdf.in_child(packed(draft_pack))
    assert seen.keys() <= set(pdf.PASSED_ON)


def test_says_why_this_machine_cannot(draft_pack, monkeypatch):
    monkeypatch.setattr(
        pdf, "_what_is_missing", lambda: "PDFs cannot be drawn on this server, because it lacks Pango."
    )
    with pytest.raises(CouldNotDraw, match="lacks Pango"):
        pdf.in_child(packed(draft_pack))
