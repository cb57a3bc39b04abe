"""The small languages of a plan: tags, dates, officers, sources, headings of columns and sections."""

import calendar
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workstreams.intake.document import Cell
from workstreams.intake.reading import Field, KnownPost
from workstreams.intake.reading.actions.owners import owners_in
from workstreams.intake.reading.grammar.dates import read_when
from workstreams.intake.reading.grammar.fills import hue_of
from workstreams.intake.reading.grammar.officers import Posts
from workstreams.intake.reading.grammar.sources import named_in, reference_of
from workstreams.intake.reading.grammar.tags import Tags, are_spelt, as_tags, tags_of
from workstreams.intake.reading.key import entries_in, level, means_complete
from workstreams.intake.reading.layout.headings import field_of
from workstreams.intake.reading.layout.sections import aim_of, in_words, numbered
from workstreams.vocabulary import without_tags

WORDS = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=9)
SENTENCES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)

# ---- texts that were made to keep a reader busy: each of these would take minutes, or years


def test_is_not_kept_busy_by_texts_without_an_end():
    signs = "(" * 60_000
    assert not are_spelt(["M1 " * 20_000 + "x", "M2: Two"])
    assert [entry.word for entry in entries_in([Cell("A1", f"Late {signs}")])] in ([], [""])
    assert [owner.title for owner in owners_in(f"Chair {signs}x")] == [f"Chair {signs}x"]


# ---- tags


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("Gather figures (Levels 1-4) as they come. [M1]", Tags((1,))),
        ("A plan is finished [M12]", Tags((12,))),
        ("(R) Analyse the [M1] data to explain it. [M2]", Tags((2,), recurring=True)),
        ("(G)(R) How many?", Tags(recurring=True, growth=True)),
        ("(F) (R) Which way?", Tags(recurring=True, future=True)),
        ("(G) Carry it out. [M3]", Tags((3,), growth=True)),
        ("Does it move? [F]", Tags(future=True)),
        ("A report is made (M2).", Tags((2,))),
        ("[R] How many?", Tags(recurring=True)),
        ("Agreed by the group (LDG)", Tags()),
        ("Recognised early (NRAP/JTAI)", Tags()),
        ("After [M1] comes another", Tags()),
        ("", Tags()),
    ],
)
def test_reads_printed_tags(text, tags):
    assert tags_of(text) == tags


@given(
    st.builds(
        Tags,
        st.lists(st.integers(1, 99), max_size=1).map(tuple),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    SENTENCES,
)
def test_reads_the_tags_that_it_writes(tags, words):
    assert tags_of(as_tags(tags, words)) == tags
    assert without_tags(as_tags(tags, words)) == words


@given(st.text())
def test_never_fails_on_a_measure(text):
    tags_of(text)


# ---- dates


@pytest.mark.parametrize(
    ("text", "due_on", "precision", "note"),
    [
        ("July 2023", "2023-07-31", "MONTH", ""),
        ("Sept 2023", "2023-09-30", "MONTH", ""),
        ("Sep-23", "2023-09-30", "MONTH", ""),
        ("September ’23", "2023-09-30", "MONTH", ""),
        ("End of February 2024", "2024-02-29", "MONTH", ""),
        ("30/09/2023", "2023-09-30", "DAY", ""),
        ("30.9.23", "2023-09-30", "DAY", ""),
        ("1st October 2023", "2023-10-01", "DAY", ""),
        ("Q4 2024-25", "2025-03-31", "MONTH", ""),
        ("Exec/H&WB sign-off: September 2023", "2023-09-30", "MONTH", "Exec/H&WB sign-off"),
        ("September 2023 (first draft)", "2023-09-30", "MONTH", "first draft"),
    ],
)
def test_reads_a_date(text, due_on, precision, note):
    when = read_when(text)
    assert (when.due_on.isoformat(), when.precision, when.note, when.doubt) == (due_on, precision, note, "")


@pytest.mark.parametrize(
    ("text", "recurrence"),
    [
        ("Rolling (every quarter)", "QUARTERLY"),
        ("Quarterly", "QUARTERLY"),
        ("Every 6 weeks", "SIX_WEEKLY"),
        ("Monthly", "MONTHLY"),
        ("Annually", "YEARLY"),
        ("Each Executive meeting", "EVERY_MEETING"),
        ("Ongoing", "NONE"),
    ],
)
def test_reads_how_often(text, recurrence):
    when = read_when(text)
    assert (when.recurrence, when.due_on, when.doubt) == (recurrence, None, "")


@given(
    st.dates(date(2015, 1, 1), date(2049, 12, 31)),
    st.sampled_from(("%B %Y", "%b %Y", "%b-%y", "%b %y", "%m/%Y")),
)
def test_a_month_is_due_on_its_last_day(day, form):
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    when = read_when(day.strftime(form))
    assert (when.due_on, when.precision) == (last, "MONTH")


@given(
    st.dates(date(2015, 1, 1), date(2049, 12, 31)),
    st.sampled_from(("%d %B %Y", "%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d")),
)
def test_a_day_is_itself(day, form):
    when = read_when(day.strftime(form))
    assert (when.due_on, when.precision) == (day, "DAY")


@given(st.text())
@example("٣ July ٢٠٢٣")
@example("30/02/2023 and Q9 2024-99")
def test_keeps_the_words_of_whatever_is_no_date(text):
    assert read_when(text).text == " ".join(text.split())


def test_a_real_date_is_what_its_cell_shows():
    assert read_when("July 2023", date(2023, 7, 1), "MONTH").due_on == date(2023, 7, 31)
    assert read_when("1 July 2023", date(2023, 7, 1), "DAY").due_on == date(2023, 7, 1)


# ---- officers

POSTS = (
    KnownPost(1, "Chair of Exec", ()),
    KnownPost(2, "Deputy Chief Executive/Chief Nursing Officer (ICB)", ()),
    KnownPost(
        3, "Chair of the Assurance & Review Group (ARG)", ("Chair of Assurance and Review Group (ARG)",)
    ),
    KnownPost(4, "Borough Commander (WMP)", ()),
)


def named(text, known=()):
    return [(name.role, name.title) for name in Posts(known).names_in(text)]


@pytest.mark.parametrize("known", [POSTS, ()], ids=["known", "new"])
@pytest.mark.parametrize(
    "text",
    [
        "Chair of Exec\nBusiness Manager\nDSL: Borough Commander (WMP)",
        "Chair of Exec / Business Manager / DSL: Borough Commander (WMP)",
        "Chair of Exec; Business Manager; DSL: Borough Commander (WMP)",
        "Chair of Exec, Business Manager DSL: Borough Commander (WMP)",
        "Chair of Exec\nBusiness Manager\nDSL:\nBorough Commander (WMP)",
        "- Chair of Exec\n- Business Manager\nDSL – Borough Commander (WMP)",
    ],
)
def test_parts_officers(text, known):
    assert named(text, known) == [
        ("LEAD", "Chair of Exec"),
        ("LEAD", "Business Manager"),
        ("DSL", "Borough Commander (WMP)"),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Deputy Chief Executive/Chief Nursing Officer (ICB)",
        "Chair of Learning and Development Group (LDG)",
        "Chair of the Assurance & Review Group (ARG)",
        "Head of Quality and Practice",
        "Solihull Safeguarding Children Partnership DSP Leads (Executive)",
        "Director of Children’s Services (SMBC)",
    ],
)
def test_leaves_one_title_whole(title):
    assert named(title) == [("LEAD", title)]
    assert named(f"DSL: {title}") == [("DSL", title)]
    first, _, rest = title.partition(" ")
    assert named(f"{first} {rest.replace(' ', chr(10), 1)}", (KnownPost(9, title, ()),)) == [("LEAD", title)]


def test_knows_one_post_by_two_spellings():
    posts = Posts(POSTS)
    ids = [
        posts.names_in(text)[0].post_id
        for text in (
            "Chair of the Assurance & Review Group (ARG)",
            "Chair of Assurance and Review Group (ARG)",
        )
    ]
    assert ids == [3, 3]
    fresh = Posts(())
    first, second = (
        fresh.names_in(t)[0] for t in ("Director of Children’s Services", "Director of Children's Services")
    )
    assert (first.post_id, first.title) == (second.post_id, second.title)


def test_parts_titles_without_anything_between_them_where_one_stands_alone_elsewhere():
    posts = Posts(())
    posts.learn("Partnership Business Manager\nDSL: Borough Commander (WMP)")
    names = posts.names_in("Chair of Exec Partnership Business Manager DSL: Borough Commander (WMP)")
    assert [name.title for name in names] == [
        "Chair of Exec",
        "Partnership Business Manager",
        "Borough Commander (WMP)",
    ]


@pytest.mark.parametrize("text", ["", "-", "TBC", "n/a", "All"])
def test_names_nobody(text):
    assert named(text) == []


@pytest.mark.parametrize("text", ["DCI Public Protection", "Det Supt, Crime", "Insp Learning"])
def test_takes_a_rank_for_a_post(text):
    assert [(name.title, (name.post_id or 0) < 0) for name in Posts(()).names_in(text)] == [(text, True)]


@pytest.mark.parametrize("text", ["J Public", "see above", "to be decided by them"])
def test_takes_no_other_words_for_a_post(text):
    assert [name.post_id for name in Posts(()).names_in(text)] == [None]


@given(
    st.text()
    | st.lists(
        st.sampled_from(("Chair of Exec", "DSL:", "\n", " / ", "and", "Head of", "ARG", ";", " ")), max_size=9
    ).map(" ".join)
)
def test_never_fails_on_officers(text):
    posts = Posts(POSTS)
    posts.learn(text)
    for name in posts.names_in(text):
        assert name.title
        assert name.printed


# ---- references, headings, sections, colours


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.1 (LGA rec. 6a)", ("2.1", ("LGA rec. 6a",), "")),
        ("2.1\n(LGA rec. 6a; JTAI 1.1)", ("2.1", ("LGA rec. 6a", "JTAI 1.1"), "")),
        ("1.10", ("1.10", (), "")),
        ("6.1.", ("6.1", (), "")),
        ("words", ("", (), "words")),
    ],
)
def test_reads_a_reference(text, found):
    assert reference_of(text) == found


def test_reads_the_sources_of_bullets():
    assert named_in("What share show:\n- this (NRAP/JTAI)*\n- that (JTAI)*\n- voice (DA)") == (
        "NRAP/JTAI",
        "NRAP/JTAI",
        "JTAI",
    )


@pytest.mark.parametrize(
    ("heading", "holds"),
    [
        ("Rag\nRating", Field.RATING),
        ("RAG Q2", Field.RATING),
        ("Impact measures", Field.MEASURE),
        ("Measures of Impact", Field.MEASURE),
        ("How will we know it has worked?", Field.MEASURE),
        ("Impact reported to Executive Group and accepted", Field.IMPACT),
        ("What will we do?", Field.ACTION),
        ("What we will do", Field.ACTION),
        ("What do we want to achieve?", Field.OUTCOME),
        ("Required outcome", Field.OUTCOME),
        ("Lead officer(s)", Field.OFFICER),
        ("By when", Field.TARGET),
        ("Timescales", Field.TARGET),
        ("Date completed", Field.IGNORED),
        ("Update – July 2024", Field.PROGRESS),
        ("Theme", Field.WORKSTREAM),
        ("Area for improvement", Field.WORKSTREAM),
        ("No.", Field.REFERENCE),
        ("Notes", None),
        ("Significant changes", None),
        ("Year 1", None),
    ],
)
def test_knows_a_column_by_its_heading(heading, holds):
    assert field_of(heading) is holds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("WORKSTREAM 3 – Performance", ("Workstream", "3", "Performance")),
        ("Workstream 3: Performance", ("Workstream", "3", "Performance")),
        ("3. Performance", ("", "3", "Performance")),
        ("Theme A - Listening", ("Theme", "A", "Listening")),
        ("Priority: Neglect", ("Priority", "", "Neglect")),
        ("Neglect", ("", "", "Neglect")),
        ("2024 plans", ("", "", "2024 plans")),
    ],
)
def test_reads_a_section(text, found):
    section = in_words(text)
    assert (section.word, section.number, section.title) == found


def test_reads_an_aim():
    assert aim_of("The overall aim of Workstream 2: To listen") == "To listen"
    assert aim_of("Aims high") == ""
    assert numbered("Area agreements are made") is None


@pytest.mark.parametrize(
    ("fill", "name"),
    [
        ("C6EFCE", "green"),
        ("FFEB9C", "amber"),
        ("FFC7CE", "red"),
        ("BDD7EE", "blue"),
        ("92D050", "green"),
        ("FFC000", "amber"),
        ("7030A0", "purple"),
        ("808080", "grey"),
        ("000000", "black"),
        ("F8CBAD", "amber"),
        ("5B9BD5", "blue"),
        ("00B0A0", ""),
    ],
)
def test_names_a_shade(fill, name):
    assert hue_of(fill) == name


@pytest.mark.parametrize(
    ("cells", "entries"),
    [
        ([("Red – off track", "FF0000")], [("Red", "off track", "FF0000")]),
        ([("", "FF0000"), ("off track", "")], [("", "off track", "FF0000")]),
        ([("Red", ""), ("off track", "")], [("Red", "off track", "")]),
        ([("R", ""), ("off track", "")], [("Red", "off track", "")]),
        ([("Red = off track, Amber = at risk, Green = on track", "")],
         [("Red", "off track", ""), ("Amber", "at risk", ""), ("Green", "on track", "")]),
        ([("Complete (Blue)", "")], [("Blue", "Complete", "")]),
    ],
)  # fmt: skip
def test_reads_the_entries_of_a_key(cells, entries):
    found = entries_in([Cell(f"A{n}", text, fill) for n, (text, fill) in enumerate(cells)])
    assert [(entry.word, entry.meaning, entry.fill) for entry in found] == entries


@pytest.mark.parametrize(
    ("word", "meaning", "is_complete"),
    [
        ("Blue", "Action complete", True),
        ("Blue", "", True),
        ("Green", "Action not yet completed, but on track", False),
        ("Green", "Complete", True),
        ("Amber", "Nearly complete", False),
        ("Green", "", False),
        ("Purple", "Will be delivered later", False),
    ],
)
def test_is_complete_only_where_the_words_say_so(word, meaning, is_complete):
    assert means_complete(word, meaning) is is_complete
    assert level(word, meaning).is_complete is is_complete
