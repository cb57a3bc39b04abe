"""The demonstration plan: 6/13/16/42, and the colours the Executive agreed on 18 July."""

from workstreams import gather, picture
from workstreams.models import Action, Measure, Outcome, Version, Workstream


def test_holds_the_printed_plan(plan):
    assert (
        Workstream.objects.count(),
        Outcome.objects.count(),
        Action.objects.count(),
        Measure.objects.count(),
    ) == (6, 13, 16, 42)


def test_version_1_7_keeps_its_42_ratings_whatever_happened_since(plan):
    frozen = picture.from_json(Version.objects.get(label="1.7").picture)
    assert frozen.counts().words == "9 Amber, 21 Green, 12 Blue"
    assert frozen.counts().total == 42
    assert gather.take(plan, gather.head()).counts().words != frozen.counts().words
