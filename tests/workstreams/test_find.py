"""Finding in the plan: a reference, a source, a post, words."""

import pytest
from django.urls import reverse

from workstreams.models import Level, Rating
from workstreams.operations import plan as planning
from workstreams.operations import ratings, settle
from workstreams.vocabulary import RatingStep

URL = reverse("workstreams:find")


@pytest.fixture
def find(db, cast):
    return lambda q=None, key="business-unit": cast(key).signed_in().get(URL, {} if q is None else {"q": q})


def found(response, group):
    return response.context["found"][group]


@pytest.mark.parametrize("q", ["4.1", " 4.1 "])
def test_a_reference_leads_to_its_page(find, plan, q):
    response = find(q)
    assert response.status_code == 302
    assert response["Location"] == reverse("workstreams:reference-page", args=[plan.ref, "4.1"])


def test_a_reference_that_is_none_is_words(find):
    response = find("9.9")
    assert response.status_code == 200
    assert "Nothing found for “9.9”" in response.content.decode()


@pytest.mark.parametrize("q", ["JTAI 1.1", "jtai 1.1", "1.1 JTAI"])
def test_a_source_leads_to_the_measures_that_answer_it(find, q):
    refs = {p.outcome.ref for p in found(find(q), "cited")}
    assert refs == {"6.1"}


def test_a_source_is_not_one_whose_number_only_begins_alike(find, measure_at):
    planning.cite(printed="JTAI 1.10", measure=measure_at("1.1#1"), by="test")
    assert {p.outcome.ref for p in found(find("JTAI 1.1"), "cited")} == {"6.1"}
    assert {p.outcome.ref for p in found(find("JTAI 1.10"), "cited")} == {"1.1"}


@pytest.mark.parametrize("q", ["Chair of the Assurance & Review Group", "assurance and review group chair"])
def test_a_post_or_another_spelling_of_it_leads_to_its_measures(find, cast, q):
    (post,) = found(find(q), "posts")
    assert post.title == cast("chair-arg").post.title
    assert {p.outcome.ref for p in post.measures} == {"3.2", "3.3"}


@pytest.mark.parametrize("q", ["Director of Children's Services", "Director of Children’s Services"])
def test_apostrophes_are_all_one(find, q):
    assert [p.title for p in found(find(q), "posts")] == ["Director of Children's Services (SMBC)"]


def test_words_are_found_in_any_case_and_order_and_all_must_occur(find, measure_at):
    measure = measure_at("4.1#2")
    first, *_, last = [w for w in measure.text.split() if len(w) > 4 and w.isalpha()]
    assert measure.pk in {p.measure.id for p in found(find(f"{last.upper()} {first.lower()}"), "measures")}
    assert find(f"{first} notawordofthisplan").context["total"] == 0


def test_groups_have_headings_and_counts(find):
    html = find("training").content.decode()
    assert ">Measures</h2>" in html
    assert ">Outcomes</h2>" in html


def test_shows_the_agreed_rating_beside_a_measure_and_never_the_proposed(find):
    placed = next(p for p in found(find("training"), "measures"))
    html = find("training").content.decode()
    assert placed.measure.level.word in html
    assert "brag--provisional" not in html


CANARY = "canarywordinaproposal"


def test_finds_what_was_said_only_for_those_who_may_read_it(find, cast):
    chair = cast("chair-mash")
    proposal = Rating.objects.filter(
        step=RatingStep.PROVISIONAL, followed_by=None, for_post=chair.post
    ).first()
    ratings.send_update(
        measure=proposal.measure,
        level=Level.objects.get(code="G"),
        words=f"Now {CANARY}.",
        by=chair.by,
        seen=proposal.pk,
    )
    settle()  # a picture is kept by the ledger's newest row
    for key in ("business-unit", "dsp-police", "scrutineer", "chair-mash"):
        assert [p.measure.id for p in found(find(CANARY, key), "said")] == [proposal.measure_id]
    for key in ("chair-ldg", "chair-arg"):
        assert find(CANARY, key).context["total"] == 0


def test_says_what_can_be_found_where_nothing_is_asked(find):
    for q in (None, "", "   "):
        html = find(q).content.decode()
        assert "Type a reference such as" in html
        assert "Nothing found" not in html


@pytest.mark.parametrize(
    "q",
    [
        "<script>alert(1)</script>",
        "' or 1=1 --",
        "%",
        "_",
        "\\",
        "a\x00b",
        "x" * 100_000,
        "\u202eevil",
        "👍" * 500,
        "&",
        "()",
    ],
)
def test_survives_anything_typed(find, q):
    response = find(q)
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert len(response.context["q"]) <= 200


def test_an_ampersand_finds_and(find):
    assert find("policy & practice").status_code == 200


def test_is_not_there_for_a_viewer(find):
    assert find("4.1", "viewer").status_code == 404


def test_asks_a_stranger_to_sign_in(db, client):
    assert client.get(URL, {"q": "4.1"}).status_code == 302


def test_asks_a_constant_number_of_questions(db, cast, django_assert_max_num_queries):
    client = cast("chair-ldg").signed_in()
    client.get(URL, {"q": "a"})
    for q in ("training", "e"):
        with django_assert_max_num_queries(12):
            client.get(URL, {"q": q})
