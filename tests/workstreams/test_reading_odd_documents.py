"""Whatever a document holds: a picture that the tables can hold, or a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstreams.intake.document import Cell, Document, Paragraph, Table
from workstreams.intake.reading import Field, Known, NotAPlan, read

HEADINGS = st.sampled_from(
    ["Task", "Who", "By when", "Progress", "RAG", "Status", "Objective", "Theme", "Ref", "Success measure", "", "Notes",
     "Recommendation", "Impact reported", "Source", "Date completed", "Expected outcomes"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["", "", "Completed", "Ongoing", "June 2024", "Completed June 2024", "Green", "R", "Parked", "Head of Service",
     "Heads of Service A, B and C with the Provider", "Write the guidance", "and then share it", "Expected outcomes",
     "- A child is heard", "1", "1.1", "Theme 2: Neglect", "Ofsted recommendation 3", "TBC", "—", "Quarterly", "(JTAI)",
     "Key to RAG rating", "Red: off track", "x" * 400, "Completed " * 30, "\u0130", "ß", "Total"]
)  # fmt: skip
FILLS = st.sampled_from(["", "", "", "00B050", "FF0000", "C0C0C0", "8000FF"])


@st.composite
def documents(draw):
    kind = draw(st.sampled_from(["docx", "xlsx"]))
    blocks = []
    for number in range(draw(st.integers(1, 3))):
        for _ in range(draw(st.integers(0, 2))):
            style = draw(st.sampled_from(["", "HEADING", "BULLET", "TITLE"]))
            blocks.append(Paragraph(f"Paragraph {len(blocks)}", draw(WORDS) or "Words", style, 1))
        heads = ["Action", *draw(st.lists(HEADINGS, min_size=1, max_size=7, unique=True))]
        rows = [[Cell(f"T{number}R0C{c}", text) for c, text in enumerate(heads)]]
        for r in range(1, draw(st.integers(1, 6))):
            row = []
            for c in range(len(heads)):
                merges = draw(st.integers(0, 9))
                if merges == 0 and r > 1:
                    row.append(rows[-1][c])
                elif merges == 1 and c:
                    row.append(row[-1])
                else:
                    row.append(Cell(f"T{number}R{r}C{c}", draw(WORDS), draw(FILLS)))
            rows.append(row)
        blocks.append(Table(f"Table {number}", tuple(map(tuple, rows))))
    return Document(kind, f"plan.{kind}", tuple(blocks))


def read_or_refused(document, **given):
    try:
        return read(document, Known(), **given)
    except NotAPlan as refused:
        if refused.__cause__:
            raise  # refused for a fault of ours
        return str(refused)


def test_a_fault_of_ours_is_a_sentence_and_stands_in_the_log(caplog):
    broken = Document("docx", "plan.docx", (Table("Table 1", (("no cell",),)),))  # type: ignore[arg-type]
    with pytest.raises(NotAPlan, match="the service's fault"):
        read(broken, Known())
    assert "could not be read as a plan" in caplog.text


@given(documents(), st.randoms(use_true_random=False))
def test_gives_a_picture_that_the_tables_can_hold_or_a_refusal(document, random):
    reading = read_or_refused(document)
    if isinstance(reading, str):
        assert reading.endswith(".")
        return
    mapping = {column.key: column.holds or random.choice(list(Field)) for column in reading.columns}
    answers = {
        question.key: random.choice([*(choice.value for choice in question.choices), "June 2024", ""])
        for question in reading.questions
    }
    for each in (
        reading,
        read_or_refused(document, mapping=mapping),
        read_or_refused(document, answers=answers),
    ):
        if isinstance(each, str):
            assert each.endswith(".")
        else:
            fits(each)


def fits(reading):
    picture = reading.picture
    assert reading.rows == reading.rows_kept + reading.rows_questioned
    assert len(picture.title) <= 200
    assert len({level.code for level in picture.key}) == len(picture.key)
    assert all(len(level.code) <= 3 and len(level.word) <= 40 for level in picture.key)
    numbers = [workstream.number for workstream in picture.workstreams]
    assert len(set(numbers)) == len(numbers)
    refs = [o.ref for w in picture.workstreams for o in w.outcomes if o.ref and not o.is_unnamed]
    assert len(set(refs)) == len(refs)
    ids = [placed.measure.id for placed in picture.placed()]
    assert len(set(ids)) == len(ids)
    assert all(number < 0 for number in ids)
    for workstream in picture.workstreams:
        assert len(workstream.number) <= 10
        assert len(workstream.title) <= 200
        assert all(len(o.ref) <= 20 and (o.statement or o.is_unnamed) for o in workstream.outcomes)
    for placed in picture.placed():
        posts = [officer.post_id for officer in placed.action.officers]
        assert len(set(posts)) == len(posts)
        assert placed.action.text
        assert all(len(officer.printed) <= 300 for officer in placed.action.officers)
        assert all(len(source.printed) <= 100 for source in placed.action.sources)
        assert placed.measure.level is None or placed.measure.level in picture.key
        if placed.measure.target:
            assert len(placed.measure.target.text) <= 200
            assert len(placed.measure.target.note) <= 200
