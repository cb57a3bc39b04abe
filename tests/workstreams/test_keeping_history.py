"""Every change of the plan's own words and shape as a sentence: no fact changes without being named."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from workstreams import history
from workstreams.history import keeping
from workstreams.history.names import models_by_table
from workstreams.models import Action, Group, Ledger, Measure, Outcome, Post, Recommendation, Workstream
from workstreams.picture import Reader

UNIT = Reader(everything=True)
# Never changed, or what the whole row is about.
FIXED = {"id", "plan_id", "post_id", "measure_id", "action_id of actionofficer", "action_id of sourceref"}
FIXED |= {"outcome_id of sourceref", "kind of passage", "kind of measure"}


def facts():
    for name in keeping.SENTENCES:
        model = models_by_table()[f"workstreams_{name}"]
        for column in model._meta.concrete_fields:
            if not {column.attname, f"{column.attname} of {name}"} & FIXED:
                yield pytest.param(name, column.attname, id=f"{name}.{column.attname}")


def image_of(item):
    return {
        column.attname: value.isoformat()
        if hasattr(value := getattr(item, column.attname), "isoformat")
        else value
        for column in item._meta.concrete_fields
    }


def other(column, value):
    """Another value that the column could hold."""
    if column.is_relation:
        places = {Group: Group, Workstream: Workstream, Outcome: Outcome, Action: Action, Post: Post}
        model = places.get(column.related_model, Recommendation)
        return model.objects.exclude(pk=value).first().pk
    if isinstance(column, models.BooleanField):
        return not value
    if column.choices:
        return next(key for key, _ in column.choices if key != value)
    if isinstance(column, models.DateField):
        return (timezone.localdate() + timedelta(days=400)).isoformat()
    if isinstance(column, models.IntegerField):
        return (value or 1) + 1
    return (
        f"{value} otherwise"[-10:] if column.max_length and column.max_length < 20 else f"{value} otherwise"
    )


def said(name, before, after):
    row = Ledger(
        seq=10**9,
        at=timezone.now(),
        table=f"workstreams_{name}",
        row=str((after or before)["id"]),
        operation="UPDATE",
        before=before,
        after=after,
        by="test",
        for_post="",
        because="Because.",
    )
    (entry,) = history.entries([row], UNIT)
    return entry


@pytest.mark.parametrize(("name", "column"), list(facts()))
def test_a_fact_that_changes_alone_is_named_with_what_it_was_and_is(plan, name, column):
    model = models_by_table()[f"workstreams_{name}"]
    before = image_of(model._default_manager.order_by("pk").first())
    after = before | {column: other(model._meta.get_field(column.removesuffix("_id")), before[column])}
    if (name, column) == ("action", "workstream_id"):
        after["outcome_id"] = None
    entry = said(name, before, after)
    assert entry.heading
    assert entry.because == "Because."
    if column in ("withdrawn", "order", "state"):
        words = (
            "withdrawn",
            "restored",
            "moved up",
            "moved down",
            "carried over",
            "closed",
            "draft",
            "current",
        )
        assert any(word in entry.heading for word in words), entry.heading
        return
    assert entry.was != entry.now, entry.heading
    assert not entry.heading.endswith(" None changed")


@pytest.mark.parametrize("name", list(keeping.SENTENCES))
def test_what_is_added_and_what_goes_is_named(plan, name):
    image = image_of(models_by_table()[f"workstreams_{name}"]._default_manager.order_by("pk").first())
    added, gone = said(name, None, image), said(name, image, None)
    assert any(word in added.heading for word in ("added", "started", "named as")), added.heading
    assert any(word in gone.heading for word in ("taken out", "deleted", "no longer named")), gone.heading


def test_facts_that_change_together_are_all_named(plan):
    before = image_of(Measure.objects.filter(recurring=True).first())
    after = before | {"text": "Other", "recurring": False, "growth": True, "recurrence": "NONE"}
    entry = said("measure", before, after)
    assert entry.heading == "Measure changed: wording, how often it is answered and tags"
    assert (entry.was, entry.now) == (before["text"], "Other")
    assert [label for label, _ in entry.said] == ["How often it is answered", "Tags"]
