"""One part of the plan on its page, and adding one: changed, moved, withdrawn, restored, with officers and sources."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.shapes import another
from workstreams import history, permissions
from workstreams.models import Action, Ledger, Measure, Recommendation
from workstreams.operations import newest_row, settle, targets
from workstreams.operations import plan as planning
from workstreams.vocabulary import MeasureKind

WHY = "The partnership asked for it."
NOUNS = ("workstreams", "outcomes", "actions", "measures", "levels", "texts")


def an_item(plan, noun):
    match noun:
        case "workstreams":
            return plan.workstreams.get(number="4")
        case "outcomes":
            return plan.outcomes.get(ref="4.1")
        case "actions":
            return Action.objects.filter(outcome__ref="4.1", outcome__plan=plan).first()
        case "measures":
            return Measure.objects.filter(action__outcome__ref="4.1", action__outcome__plan=plan).first()
        case "levels":
            return plan.levels.get(code="A")
    return plan.passages.filter(kind="PRIORITY").first()


TOLD = {
    "workstreams": {"number": "4", "title": "Other words", "aim": ""},
    "outcomes": {"ref": "4.1", "kind": "REQUIRED", "statement": "Other words", "evidence_note": ""},
    "actions": {"text": "Other words\n- and a bullet", "reporting_duty": "Every quarter"},
    "measures": {"text": "Other words", "tags": ["R"], "milestone": "", "recurrence": "QUARTERLY"},
    "levels": {"code": "A", "word": "Other words", "meaning": "x", "token": "AMBER", "is_exception": "on"},
    "texts": {"number": "1", "body": "Other words"},
}
SAID = {
    "workstreams": "Workstream changed: title and aim",
    "outcomes": "Outcome reworded",
    "actions": "Action changed: wording and reporting",
    "measures": "Measure changed: wording, how often it is answered and tags",
    "levels": "Level Other words of the key changed: word and meaning",
    "texts": "“Priority” text reworded",
}


@pytest.fixture
def unit(cast):
    return cast("business-unit").signed_in()


def address(plan, noun, item, form=""):
    page = reverse("workstreams:part-page", args=[plan.ref, noun, item.pk])
    return f"{page}?form={form}" if form else page


def new(plan, noun, query=""):
    return reverse("workstreams:new-part-page", args=[plan.ref, noun]) + query


def form(seen=None, **told):
    seen = newest_row(seen) if hasattr(seen, "pk") else seen
    return {"request_id": str(uuid4()), "seen": "" if seen is None else str(seen), "because": WHY} | told


def newest_entry(cast):
    settle()
    reader = permissions.reader(cast("business-unit").person)
    return history.entries([Ledger.objects.latest("seq")], reader)[0]


# ---- changing


@pytest.mark.parametrize("noun", NOUNS)
def test_is_changed_and_the_history_says_what(unit, plan, cast, noun):
    item = an_item(plan, noun)
    assert unit.get(address(plan, noun, item, "change")).status_code == 200
    answer = unit.post(address(plan, noun, item, "change"), form(item, **TOLD[noun]))
    assert (answer.status_code, answer["Location"]) == (303, address(plan, noun, item))
    assert "Other words" in unit.get(address(plan, noun, item)).content.decode()
    entry = newest_entry(cast)
    assert (entry.heading, entry.because) == (SAID[noun], WHY)
    assert entry.was != entry.now


@pytest.mark.parametrize("noun", NOUNS)
def test_asks_why_and_keeps_what_was_typed(unit, plan, noun):
    item, rows = an_item(plan, noun), Ledger.objects.count()
    answer = unit.post(address(plan, noun, item, "change"), form(item, **TOLD[noun], because=" "))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say why, in a sentence" in html
    assert "Other words" in html
    assert "Error: " in html.partition("</title>")[0]
    settle()
    assert Ledger.objects.count() == rows


@pytest.mark.parametrize("noun", NOUNS)
def test_of_two_the_second_gets_both_and_can_send_again(unit, plan, cast, noun):
    item = an_item(plan, noun)
    seen = newest_row(item)
    field = {"workstreams": "title", "outcomes": "statement", "levels": "meaning", "texts": "body"}.get(
        noun, "text"
    )
    planning.change(item=item, because="First.", by=cast("business-unit").by, **{field: "By somebody else"})
    answer = unit.post(address(plan, noun, item, "change"), form(seen, **TOLD[noun]))
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "By somebody else" in html
    assert "Other words" in html
    again = {"seen": answer.context["form"]["seen"].value()}
    assert unit.post(address(plan, noun, item, "change"), form(**again, **TOLD[noun])).status_code == 303


@pytest.mark.parametrize("noun", NOUNS)
def test_a_form_sent_twice_is_answered_once(unit, plan, noun):
    item = an_item(plan, noun)
    told = form(item, **TOLD[noun])
    first, second = (unit.post(address(plan, noun, item, "change"), told) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    settle()
    assert Ledger.objects.filter(because=WHY).count() == 1


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize(("key", "status"), [("chair-ldg", 403), ("scrutineer", 403), ("viewer", 404)])
def test_is_the_business_units_alone(plan, cast, noun, key, status):
    item, client, rows = an_item(plan, noun), cast(key).signed_in(), Ledger.objects.count()
    assert client.get(address(plan, noun, item)).status_code == status
    assert client.get(new(plan, noun, "?action=1&outcome=1&workstream=1&kind=NOTE")).status_code == status
    assert client.post(address(plan, noun, item, "change"), form(item, **TOLD[noun])).status_code == status
    settle()
    assert Ledger.objects.count() == rows


def test_a_stranger_signs_in_first_and_what_is_not_there_is_not_found(unit, plan, client):
    item = an_item(plan, "outcomes")
    assert client.get(address(plan, "outcomes", item)).status_code == 302
    assert unit.get(reverse("workstreams:part-page", args=[plan.ref, "outcomes", 999_999])).status_code == 404
    assert unit.get(reverse("workstreams:part-page", args=[plan.ref, "nothings", item.pk])).status_code == 404
    assert unit.get(address(plan, "outcomes", item, "nothing")).status_code == 404
    assert unit.post(address(plan, "outcomes", item), form(item)).status_code == 404


def test_a_part_of_another_plan_is_not_found_under_this_one(unit, plan, cast):
    other = another(plan, cast("business-unit").by, shape="INSPECTION")
    level = other.levels.first()
    assert unit.get(address(plan, "levels", level)).status_code == 404
    assert unit.get(address(other, "levels", level)).status_code == 200


# ---- tags


def test_tags_that_the_text_prints_otherwise_are_asked_about(unit, plan, measure_at):
    measure = measure_at("4.1#1")
    told = {"text": "(R) Other words. [M2]", "tags": ["G"], "milestone": "2", "recurrence": "NONE"}
    answer = unit.post(address(plan, "measures", measure, "change"), form(measure, **told))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "The text prints (R) and [M2], and you ticked (G) and [M2]." in html
    assert 'name="as_ticked"' in html
    kept = form(measure, **told, as_ticked="on")
    assert unit.post(address(plan, "measures", measure, "change"), kept).status_code == 303
    measure.refresh_from_db()
    assert (measure.growth, measure.recurring, measure.milestone) == (True, False, 2)


def test_tags_that_agree_or_are_not_printed_are_not_asked_about(unit, plan, measure_at):
    measure = measure_at("4.1#1")
    for text in ("(R) Other words. [M2]", "No tags printed"):
        told = {"text": text, "tags": ["R"], "milestone": "2", "recurrence": "NOT_SET"}
        assert (
            unit.post(address(plan, "measures", measure, "change"), form(measure, **told)).status_code == 303
        )


# ---- adding


@pytest.mark.parametrize("noun", NOUNS)
def test_is_added_last_where_it_belongs(unit, plan, cast, noun):
    queries = {
        "outcomes": f"?workstream={an_item(plan, 'workstreams').pk}",
        "actions": f"?outcome={an_item(plan, 'outcomes').pk}",
        "measures": f"?action={an_item(plan, 'actions').pk}",
        "texts": "?kind=PRIORITY",
    }
    told = TOLD[noun] | {"number": "9", "ref": "9.9", "code": "X"}
    told = {name: value for name, value in told.items() if name in TOLD[noun]}
    page = new(plan, noun, queries.get(noun, ""))
    assert unit.get(page).status_code == 200
    answer = unit.post(page, form(**told), follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert "Added: " in answer.content.decode()
    entry = newest_entry(cast)
    assert (entry.heading.endswith("added"), entry.because) == (True, WHY)


@pytest.mark.parametrize("noun", NOUNS)
def test_an_empty_form_adds_nothing(unit, plan, noun):
    query = f"?workstream={an_item(plan, 'workstreams').pk}&action={an_item(plan, 'actions').pk}&kind=NOTE"
    query = query.replace("NOTE", "IMPACT") if noun == "measures" else query
    rows = Ledger.objects.count()
    assert unit.post(new(plan, noun, query), form()).status_code == 422
    settle()
    assert Ledger.objects.count() == rows


@pytest.mark.parametrize("noun", ["outcomes", "actions", "measures", "texts", "officers"])
def test_what_would_stand_nowhere_has_no_page(unit, plan, noun):
    assert unit.get(new(plan, noun)).status_code == 404


def test_an_action_of_a_plan_that_rates_progress_brings_its_progress(unit, plan, cast):
    by = cast("business-unit").by
    other = another(plan, by, shape="INSPECTION")
    place = planning.add_workstream(plan=other, number="1", title="One", by=by)
    told = form(text="Act", reporting_duty="", progress_note="", because="")
    assert unit.post(new(other, "actions", f"?workstream={place.pk}"), told).status_code == 303
    assert Measure.objects.get(action__workstream=place).kind == MeasureKind.PROGRESS


# ---- out of the plan and elsewhere in it


@pytest.mark.parametrize("noun", ["workstreams", "outcomes", "actions", "measures"])
def test_is_withdrawn_and_restored_with_a_reason(unit, plan, cast, noun):
    item = an_item(plan, noun)
    assert "It leaves the plan" in unit.get(address(plan, noun, item, "withdraw")).content.decode()
    answer = unit.post(address(plan, noun, item, "withdraw"), form(item), follow=True)
    assert answer.redirect_chain[0][1] == 303
    assert "Restore" in answer.content.decode()
    assert newest_entry(cast).heading.endswith(" withdrawn")
    page = unit.get(address(plan, noun, item)).content.decode()
    assert "Restore it" in page
    assert "?form=change" not in page
    assert unit.get(address(plan, noun, item, "change")).status_code == 404
    assert unit.post(address(plan, noun, item, "restore"), form(item)).status_code == 303
    assert newest_entry(cast).heading.endswith(" restored")


def test_changing_a_level_says_that_earlier_ratings_show_the_change(unit, plan, cast):
    used = an_item(plan, "levels")
    unused = planning.add_level(
        plan=plan,
        code="P",
        word="Paused",
        meaning="Not now",
        token="GREY",
        because=WHY,
        by=cast("business-unit").by,
    )
    warning = "are shown for all their ratings, earlier ones too"
    assert warning in unit.get(address(plan, "levels", used, "change")).content.decode()
    assert warning not in unit.get(address(plan, "levels", unused, "change")).content.decode()


def test_a_refusal_says_its_sentence_on_the_page(unit, plan):
    item = an_item(plan, "levels")
    answer = unit.post(address(plan, "levels", item, "withdraw"), form(item))
    assert answer.status_code == 422
    assert "A level is withdrawn when no measure stands at it." in answer.content.decode()


def test_the_places_to_move_to_stand_in_plan_order(unit, plan, measure_at):
    page = unit.get(address(plan, "measures", measure_at("6.1#1"), "place"))
    offered = [
        words for _, words in page.context["form"].fields["place"].choices if words.startswith("Action")
    ]
    refs = [words.split()[1] for words in offered]
    assert len(refs) > len(set(refs))
    assert refs == sorted(refs)


def test_a_measure_is_moved_to_another_action(unit, plan, cast, measure_at):
    measure, there = measure_at("4.1#1"), measure_at("1.1#1").action
    html = unit.get(address(plan, "measures", measure, "place")).content.decode()
    assert f'value="action-{there.pk}"' in html
    assert f'value="action-{measure.action_id}"' not in html
    told = form(measure, place=f"action-{there.pk}")
    assert unit.post(address(plan, "measures", measure, "place"), told).status_code == 303
    measure.refresh_from_db()
    assert measure.action == there
    assert newest_entry(cast).heading == "Measure moved to another action"


@pytest.mark.parametrize("noun", ["outcomes", "actions"])
def test_a_place_is_moved_under_another_workstream(unit, plan, cast, noun):
    item, there = an_item(plan, noun), plan.workstreams.get(number="6")
    told = form(item, place=f"workstream-{there.pk}")
    assert unit.post(address(plan, noun, item, "place"), told).status_code == 303
    item.refresh_from_db()
    assert item.workstream == there
    assert newest_entry(cast).heading.endswith("moved elsewhere")


def test_a_part_of_a_draft_is_deleted_and_sent_again_answers_the_same(unit, plan, cast):
    by = cast("business-unit").by
    other = another(plan, by)
    place = planning.add_workstream(plan=other, number="1", title="One", by=by)
    page, told = address(other, "workstreams", place, "delete"), form(place, because="")
    assert "cannot be restored" in unit.get(page).content.decode()
    first, second = unit.post(page, told), unit.post(page, told)
    assert first.status_code == second.status_code == 303
    assert first["Location"] == second["Location"]
    assert newest_entry(cast).heading == "Workstream taken out"
    assert unit.get(address(plan, "workstreams", an_item(plan, "workstreams"), "delete")).status_code == 404


def test_a_text_is_taken_out(unit, plan, cast):
    item = an_item(plan, "texts")
    assert unit.post(address(plan, "texts", item, "out"), form(item)).status_code == 303
    assert newest_entry(cast).heading == "“Priority” text taken out"
    assert unit.get(address(plan, "texts", item)).status_code == 404


# ---- officers, sources, date


def test_officers_are_named_changed_moved_and_taken_off(unit, plan, cast, measure_at):
    action, post = measure_at("1.1#1").action, cast("chair-ldg").post
    page = address(plan, "actions", action)
    told = form(post=str(post.pk), role="LEAD", printed="")
    assert unit.post(f"{page}?form=officer", told).status_code == 303
    officer = action.officers.get(post=post)
    assert (officer.printed, newest_entry(cast).heading) == (post.title, f"{post.title} named as lead")
    told = form(officer, role="SUPPORT", printed="The chair")
    assert unit.post(f"{page}?form=officer-{officer.pk}", told).status_code == 303
    assert newest_entry(cast).heading == f"{post.title} changed: role and print"
    move = form(move=f"officers-{officer.pk}-up-{newest_row(officer)}")
    assert 'id="moving"' in unit.get(page).content.decode()
    refused = unit.post(page, move | {"because": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["because"])
    answer = unit.post(page, move)
    assert answer.status_code == 303
    assert unit.get(answer["Location"]).context["form"]["because"].value() == WHY
    assert list(action.officers.order_by("order"))[-2] == officer
    assert newest_entry(cast).because == WHY
    assert unit.post(f"{page}?form=off-{officer.pk}", form(officer)).status_code == 303
    assert newest_entry(cast).heading == f"{post.title} no longer named as support"
    assert unit.get(f"{page}?form=off-{officer.pk}").status_code == 404


def test_officers_are_called_by_their_posts_and_only_posts_that_answer_are_offered(
    unit, plan, cast, measure_at
):
    page = address(plan, "actions", measure_at("1.1#1").action)
    html = unit.get(page).content.decode()
    assert "object (" not in html
    html = unit.get(f"{page}?form=officer").content.decode()
    assert f'<option value="{cast("chair-ldg").post.pk}"' in html
    for key in ("scrutineer", "viewer"):
        assert f'<option value="{cast(key).post.pk}"' not in html


@pytest.mark.parametrize(
    ("printed", "reference"),
    [("jtai 1.1", "1.1"), ("JTAI", ""), ("NRAP", ""), ("NRAP/JTAI", None), ("JTAI 9.9", None)],
)
def test_a_source_is_linked_where_its_text_names_one_recommendation(
    unit, plan, measure_at, printed, reference
):
    measure = measure_at("6.1#1")
    page = address(plan, "measures", measure, "source")
    assert unit.post(page, form(printed=printed, recommendation="")).status_code == 303
    meant = measure.sources.get(printed=printed).recommendation
    assert (meant.reference if meant else None) == reference


@pytest.mark.parametrize("noun", ["outcomes", "actions", "measures"])
def test_sources_are_added_with_their_recommendation_and_taken_out(unit, plan, cast, noun):
    item, recommendation = an_item(plan, noun), Recommendation.objects.first()
    page = address(plan, noun, item)
    told = form(printed="JTAI 9.9", recommendation=str(recommendation.pk))
    assert unit.post(f"{page}?form=source", told).status_code == 303
    source = item.sources.get(printed="JTAI 9.9")
    assert source.recommendation == recommendation
    assert "JTAI 9.9" in unit.get(page).content.decode()
    assert unit.post(f"{page}?form=unsource-{source.pk}", form(source)).status_code == 303
    assert newest_entry(cast).heading == "Source JTAI 9.9 taken out"


def test_a_date_is_set_on_the_measures_page(unit, plan, cast, measure_at):
    measure = measure_at("4.2#2")
    page = address(plan, "measures", measure, "target")
    latest = measure.targets.latest("pk").pk
    told = {"text": "", "due_on_0": "", "due_on_1": "5", "due_on_2": "2024", "note": ""}
    html = unit.get(page).content.decode()
    names = {name for name in ("due_on_day", "due_on_0") if f'name="{name}"' in html}
    if names == {"due_on_day"}:
        told = {"text": "", "due_on_day": "", "due_on_month": "5", "due_on_year": "2024", "note": ""}
    assert unit.post(page, form(latest - 1, **told)).status_code == 409
    assert unit.post(page, form(latest, **told)).status_code == 303
    assert measure.targets.latest("pk").text == "May 2024"
    assert newest_entry(cast).heading == "Target moved to May 2024"


def test_what_is_printed_of_a_date_follows_the_date(unit, plan, cast, measure_at):
    measure = measure_at("4.2#2")
    page = address(plan, "measures", measure, "target")
    shown = unit.get(page).context["form"]
    assert (shown["text"].value(), shown["due_on"].value()) == ("", ("", 9, 2023))
    latest = targets.set_target(
        measure=measure,
        due_on=None,
        precision="NONE",
        text="Rolling",
        because=WHY,
        by=cast("business-unit").by,
    )
    assert latest.text == unit.get(page).context["form"]["text"].value() == "Rolling"


def test_a_date_asked_for_is_respected_on_the_page(unit, plan, cast, measure_at):
    measure = measure_at("4.2#2")
    asked = targets.ask_for_target(
        measure=measure,
        due_on=measure.targets.latest("pk").due_on.replace(year=2024, month=5, day=31),
        because="x",
        by=cast("chair-ldg").by,
    )
    page = address(plan, "measures", measure, "target")
    answer = unit.post(page, form(asked.pk, text="June 2024", note=""))
    assert answer.status_code == 422
    assert "waits for the" in answer.content.decode()
    assert (
        "has been asked for and is not decided"
        in unit.get(address(plan, "measures", measure)).content.decode()
    )


def test_markup_and_formulas_stay_text(unit, plan):
    item = an_item(plan, "actions")
    told = form(item, text='<ul><li>=1+1</li></ul> "quoted"', reporting_duty="")
    assert unit.post(address(plan, "actions", item, "change"), told).status_code == 303
    html = unit.get(address(plan, "actions", item)).content.decode()
    assert "&lt;ul&gt;&lt;li&gt;=1+1" in html
