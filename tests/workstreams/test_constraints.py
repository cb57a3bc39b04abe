"""The laws the database holds by itself: every named constraint refuses the row it is named after."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests.conftest import TODAY
from workstreams import models as m
from workstreams.operations import recorded, settle

DAY = timedelta(days=1)


class World:
    """Rows of the demonstration that a case is built from."""

    def __init__(self, cast, measure_at):
        self.plan = m.Plan.objects.get()
        self.unit, self.chair = cast("business-unit"), cast("chair-ldg")
        self.user, self.post = self.unit.user, self.unit.post
        self.outcome = m.Outcome.objects.get(ref="4.2")
        self.workstream = self.outcome.workstream
        self.measure = measure_at("4.2#2")
        self.action = self.measure.action
        self.recommendation = m.Recommendation.objects.first()
        self.latest = self.measure.ratings.order_by("-pk").first()
        self.target = self.measure.targets.order_by("-pk").first()
        self.green = self.plan.levels.get(code="G")
        self.closed = m.Meeting.objects.filter(state="CLOSED").first()
        self.planned = m.Meeting.objects.get(state="PLANNED")
        self.impact = m.Impact.objects.order_by("pk").last()
        self.frozen = m.Version.objects.frozen().first()


@dataclass
class Case:
    """A row that is taken, and the change to it that is refused."""

    model: type[Any]
    taken: Any  # World → facts
    refused: Any  # World → the facts that differ


def of(model, taken, *refused):
    return [Case(model, taken, change) for change in refused]


def appointment(w):
    return {
        "user": w.user,
        "post": w.chair.post,
        "kind": "DEPUTY",
        "starts_on": TODAY,
        "ends_on": TODAY + DAY,
    }


def measure(w):
    return {"action": w.action, "text": "(R) Does it help?", "recurring": True, "order": 9}


def progress(w):
    return {"action": w.action, "kind": "PROGRESS", "order": 9}


def source(w):
    return {"printed": "JTAI 1.1", "measure": w.measure}


def rating(w):
    return {
        "measure": w.measure,
        "step": "PROVISIONAL",
        "level": w.green,
        "words": "Words.",
        "meeting": w.planned,
        "effective_on": TODAY,
        "by": w.user,
        "for_post": w.post,
        "follows": w.latest,
    }


def agreed(w):
    return rating(w) | {"step": "AGREED", "words": "", "meeting": w.closed}


def deferred(w):
    return rating(w) | {
        "step": "DEFERRED",
        "words": "",
        "level": None,
        "because": "No time.",
        "meeting": w.closed,
    }


def not_reached(w):
    return deferred(w) | {"step": "NOT_REACHED", "because": ""}


def target(w):
    return {
        "measure": w.measure,
        "step": "ASKED",
        "text": "May 2024",
        "due_on": date(2024, 5, 31),
        "precision": "MONTH",
        "because": "The supplier is late.",
        "by": w.user,
        "for_post": w.post,
        "follows": w.target,
    }


def impact(w):
    return {
        "measure": w.measure,
        "step": "REPORTED",
        "text": "Waits fell.",
        "meeting": w.closed,
        "by": w.user,
        "for_post": w.post,
    }


def version(w):
    return {"plan": w.plan, "label": "9.9", "seq": 99, "step": "REGISTER", "changes": "All", "dated": TODAY}


def upload(w):
    return {
        "user": w.user,
        "plan": w.plan,
        "kind": "PLAN",
        "state": "APPLIED",
        "name": "plan.docx",
        "content": b"-",
        "sha256": "0" * 64,
        "document": {},
        "version": w.frozen,
    }


def level(w):
    return {"plan": w.plan, "code": "X", "word": "X", "meaning": "X", "token": "GREY", "order": 9}


def meeting(w):
    return {
        "group": w.plan.deciding_group,
        "held_on": w.planned.held_on + DAY,
        "papers_close_at": w.planned.papers_close_at,
    }


def highlights(w):
    return {
        "group": w.chair.post.group,
        "meeting": w.planned,
        "key_updates": "Two courses were given.",
        "by": w.user,
        "for_post": w.post,
    }


def pack(w):
    return {
        "version": w.frozen,
        "kind": "PUBLISHED",
        "contents": [],
        "pdf": b"pdf",
        "xlsx": b"xlsx",
        "html": b"html",
        "pdf_hash": "1" * 64,
        "xlsx_hash": "2" * 64,
        "html_hash": "3" * 64,
        "pages": 1,
        "seq": 1,
        "by": w.user,
        "for_post": w.post,
    }


def drawing(w):
    return {"version": w.frozen, "kind": "EXECUTIVE", "contents": [], "by": w.user, "for_post": w.post}


def outcome(w):
    return {"plan": w.plan, "workstream": w.workstream, "ref": "9.9", "statement": "All is well", "order": 9}


def challenge(w):
    return {
        "plan": w.plan,
        "measure": w.measure,
        "step": "RAISED",
        "text": "Why?",
        "by": w.user,
        "for_post": w.post,
    }


def closing(w):
    return challenge(w) | {"step": "CLOSED", "in_reply_to": m.Challenge.objects.open().first()}


def redaction(w):
    return {
        "seq": 1,
        "words": "a name",
        "because": "It stands there by mistake.",
        "by": w.user,
        "for_post": w.post,
    }


CASES: dict[str, list[Case]] = {
    # people
    "an_appointment_ends_after_it_starts": of(
        m.Appointment,
        appointment,
        lambda w: {"ends_on": TODAY - DAY},
        lambda w: {"ends_on": date(2000, 1, 1)},
    ),
    "a_post_has_one_holder_on_a_day": of(
        m.Appointment,
        appointment,
        lambda w: {"kind": "HOLDER"},
        lambda w: {"kind": "HOLDER", "ends_on": None},
    ),
    # plan
    "a_level_is_named_once_in_its_plan": of(m.Level, level, lambda w: {"code": "G"}),
    "a_workstream_number_is_used_once_in_its_plan": of(
        m.Workstream,
        lambda w: {"plan": w.plan, "number": "7", "title": "New", "order": 7},
        lambda w: {"number": "4"},
    ),
    "an_outcome_reference_is_used_once_in_its_plan": of(m.Outcome, outcome, lambda w: {"ref": "4.2"}),
    "an_action_belongs_to_an_outcome_or_a_workstream": of(
        m.Action,
        lambda w: {"outcome": w.outcome, "text": "Act.", "order": 9},
        lambda w: {"outcome": None},
        lambda w: {"workstream": w.workstream},
    ),
    "a_post_is_named_once_on_an_action": of(
        m.ActionOfficer,
        lambda w: {"action": w.action, "post": w.post, "role": "SUPPORT", "printed": "Unit", "order": 9},
        lambda w: {"post": w.chair.post},
    ),
    "a_measure_is_not_both_growth_and_future": of(
        m.Measure, lambda w: measure(w) | {"growth": True}, lambda w: {"future": True}
    ),
    "an_impact_measure_has_words": of(m.Measure, measure, lambda w: {"text": ""}),
    "progress_has_no_words_and_no_tag_of_its_own": of(
        m.Measure,
        progress,
        lambda w: {"text": "Words"},
        lambda w: {"milestone": 1},
        lambda w: {"recurring": True},
        lambda w: {"growth": True},
        lambda w: {"future": True},
    ),
    "only_a_recurring_measure_or_progress_repeats": of(
        m.Measure,
        lambda w: measure(w) | {"recurrence": "QUARTERLY"},
        lambda w: {"recurring": False, "growth": True},
        lambda w: {"recurring": False, "growth": True, "recurrence": "NOT_SET"},
    ),
    "a_milestone_level_starts_at_one": of(
        m.Measure, lambda w: measure(w) | {"milestone": 1}, lambda w: {"milestone": 0}
    ),
    "an_action_has_one_progress": of(
        m.Measure, progress, lambda w: {"action": m.Measure.objects.create(**progress(w)).action}
    ),
    "a_source_reference_stands_at_one_item": of(
        m.SourceRef,
        source,
        lambda w: {"measure": None},
        lambda w: {"action": w.action},
        lambda w: {"outcome": w.outcome},
        lambda w: {"measure": None, "outcome": w.outcome, "action": w.action},
        lambda w: {"outcome": w.outcome, "action": w.action},
    ),
    "a_recommendation_is_registered_once": of(
        m.Recommendation,
        lambda w: {"source": w.recommendation.source, "reference": "new"},
        lambda w: {"reference": w.recommendation.reference},
    ),
    # record
    "a_group_meets_once_on_a_day": of(
        m.Meeting,
        meeting,
        lambda w: {"held_on": w.planned.held_on},
        lambda w: {"held_on": w.closed.held_on},
        lambda w: {"held_on": w.closed.held_on, "kind": "EXTRAORDINARY"},
    ),
    "a_post_is_present_once_at_a_meeting": of(
        m.Attendance,
        lambda w: {"meeting": w.planned, "post": w.post},
        lambda w: {"meeting": w.closed, "post": w.closed.present.first()},
    ),
    "a_rating_is_answered_once": of(
        m.Rating, rating, lambda w: {"follows": None}, lambda w: {"follows": w.latest.follows}
    ),
    "agreed_rating_names_a_meeting_or_an_imported_version": of(m.Rating, agreed, lambda w: {"meeting": None}),
    "only_a_proposal_and_an_agreement_have_a_level": [
        *of(m.Rating, rating, lambda w: {"level": None}),
        *of(m.Rating, agreed, lambda w: {"level": None}),
        *of(
            m.Rating,
            deferred,
            lambda w: {"level": w.green},
            lambda w: {"level": w.green, "step": "REMOVED"},
            lambda w: {"level": w.green, "step": "NOT_REACHED"},
        ),
    ],
    "a_proposal_has_words_and_a_meeting": of(
        m.Rating, rating, lambda w: {"words": ""}, lambda w: {"meeting": None}
    ),
    "a_deferred_rating_says_why_and_where": of(
        m.Rating, deferred, lambda w: {"because": ""}, lambda w: {"meeting": None}
    ),
    "a_rating_not_reached_names_its_meeting": of(m.Rating, not_reached, lambda w: {"meeting": None}),
    "a_correction_says_why": of(
        m.Rating,
        lambda w: agreed(w) | {"corrects": w.latest, "because": "A slip of the pen."},
        lambda w: {"because": ""},
    ),
    "a_rating_does_not_follow_itself": of(
        m.Rating, lambda w: rating(w) | {"id": 1_000_000}, lambda w: {"follows_id": 1_000_000, "follows": ...}
    ),
    "a_target_is_answered_once": of(m.Target, target, lambda w: {"follows": None}),
    "a_moved_target_says_why": of(
        m.Target,
        target,
        lambda w: {"because": ""},
        lambda w: {"because": "", "step": "SET"},
        lambda w: {"because": "", "step": "ASKED", "follows": None},
    ),
    "a_target_without_a_date_has_no_precision": of(
        m.Target,
        target,
        lambda w: {"due_on": None},
        lambda w: {"precision": "NONE"},
        lambda w: {"due_on": None, "precision": "DAY"},
    ),
    "a_decided_target_names_its_meeting": of(
        m.Target,
        lambda w: target(w) | {"step": "AGREED", "meeting": w.closed},
        lambda w: {"meeting": None},
        lambda w: {"meeting": None, "step": "REFUSED"},
    ),
    "an_impact_is_answered_once": of(
        m.Impact, impact, lambda w: {"measure": w.impact.measure, "follows": w.impact.follows}
    ),
    "impact_reported_or_refused_has_words": of(
        m.Impact, impact, lambda w: {"text": ""}, lambda w: {"text": "", "step": "NOT_ACCEPTED"}
    ),
    "one_draft_a_person_and_measure": of(
        m.Draft,
        lambda w: {"user": w.user, "measure": w.measure},
        lambda w: {"user": m.Draft.objects.create(user=w.user, measure=w.measure).user},
    ),
    # papers
    "a_version_has_its_place_in_the_plan": of(m.Version, version, lambda w: {"seq": 1}),
    "a_version_label_is_used_once_a_step": of(m.Version, version, lambda w: {"label": "1.1"}),
    "an_agreed_version_names_its_meeting": of(
        m.Version, lambda w: version(w) | {"step": "AGREED", "meeting": w.closed}, lambda w: {"meeting": None}
    ),
    "a_register_entry_has_no_picture": of(m.Version, version, lambda w: {"picture": {"schema": 1}}),
    "a_group_reports_once_to_a_meeting": of(
        m.HighlightReport,
        highlights,
        lambda w: {"group": m.HighlightReport.objects.create(**highlights(w)).group},
    ),
    "a_highlight_report_says_what_is_new": of(
        m.HighlightReport, highlights, lambda w: {"key_updates": "", "achievements": "Two courses."}
    ),
    "an_applied_plan_names_its_version": of(m.Upload, upload, lambda w: {"version": None}),
    "a_version_is_issued_once_as_each_kind_of_pack": of(
        m.Pack, pack, lambda w: {"version": m.Pack.objects.create(**pack(w)).version}
    ),
    "a_published_edition_has_a_page": of(
        m.Pack,
        pack,
        lambda w: {"html": None},
        lambda w: {"html_hash": ""},
        lambda w: {"html": None, "html_hash": ""},
    ),
    "a_pack_is_drawn_once_at_a_time": of(
        m.Drawing, drawing, lambda w: {"version": m.Drawing.objects.create(**drawing(w)).version}
    ),
    # challenges
    "a_challenge_has_words": of(m.Challenge, challenge, lambda w: {"text": ""}),
    "a_challenge_is_about_one_thing": of(m.Challenge, challenge, lambda w: {"workstream": w.workstream}),
    "a_challenged_rating_names_its_measure": of(
        m.Challenge, challenge, lambda w: {"rating": w.latest, "measure": None}
    ),
    "only_a_reply_replies_to_a_challenge": of(
        m.Challenge,
        challenge,
        lambda w: {"step": "ANSWERED"},
        lambda w: {"in_reply_to": m.Challenge.objects.open().first()},
    ),
    "a_challenge_is_closed_once": of(
        m.Challenge,
        closing,
        lambda w: {"in_reply_to": m.Challenge.objects.get(step="CLOSED").in_reply_to},
    ),
    # proof
    "a_redaction_is_decided_by_another_person": of(
        m.Redaction, redaction, lambda w: {"decided_by": w.user, "words": "", "state": "DONE"}
    ),
    "decided_words_are_gone": of(m.Redaction, redaction, lambda w: {"state": "REFUSED"}),
    # reminders
    "one_digest_a_person_and_day": of(
        m.Digest,
        lambda w: {"user": w.user, "on": TODAY},
        lambda w: {"user": m.Digest.objects.create(user=w.user, on=TODAY).user},
        lambda w: {"user": m.Digest.objects.create(user=w.user, on=TODAY, weekly=True).user, "weekly": True},
    ),
}


@pytest.fixture
def world(cast, measure_at, db):
    return World(cast, measure_at)


def write(case, world, **changes):
    """Create the row and let the database look at everything it had put off."""
    facts = {name: value for name, value in (case.taken(world) | changes).items() if value is not ...}
    with recorded("test"):
        case.model.objects.create(**facts)
        settle()


def named_constraints():
    return {
        constraint.name: model
        for app in ("workstreams", "reporting")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def test_every_constraint_has_its_case_and_every_case_its_constraint():
    found = named_constraints()
    assert set(CASES) == set(found)
    assert all(case.model is found[name] for name, cases in CASES.items() for case in cases)


def test_the_database_holds_every_constraint(db):
    names = {
        name
        for model in set(named_constraints().values())
        for name in connection.introspection.get_constraints(connection.cursor(), model._meta.db_table)
    }
    assert set(named_constraints()) <= names


@pytest.mark.parametrize(
    ("name", "case"),
    [
        pytest.param(name, case, id=f"{name}-{n}")
        for name, cases in CASES.items()
        for n, case in enumerate(cases)
    ],
)
def test_refuses_the_row_it_is_named_after_and_takes_its_neighbour(name, case, world):
    with transaction.atomic():
        write(case, world)
        transaction.set_rollback(True)
    with recorded("test"):
        changes = case.refused(world)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write(case, world, **changes)
    assert refused.value.__cause__.diag.constraint_name == name


# ---- what a constraint leaves free, on purpose


def test_a_cancelled_meeting_leaves_its_day_free(world):
    with recorded("test"):
        m.Meeting.objects.filter(pk=world.planned.pk).update(state="CANCELLED")
        m.Meeting.objects.create(**meeting(world) | {"held_on": world.planned.held_on})


def test_the_group_decides_between_meetings_as_often_as_it_must(world):
    with recorded("test"):
        for held_on in (world.planned.held_on, world.planned.held_on, world.closed.held_on):
            m.Meeting.objects.create(**meeting(world) | {"held_on": held_on, "kind": "BETWEEN_MEETINGS"})


def test_a_version_can_be_issued_as_each_kind_and_another_group_can_report(world, cast):
    with recorded("test"):
        m.HighlightReport.objects.create(**highlights(world))
        m.HighlightReport.objects.create(**highlights(world) | {"group": cast("chair-mash").post.group})
        m.Pack.objects.create(**pack(world))
        m.Pack.objects.create(**pack(world) | {"kind": "ADDENDUM", "html": None, "html_hash": ""})


def test_a_weekly_letter_comes_beside_the_days_digest(world):
    for weekly in (False, True):
        m.Digest.objects.create(user=world.user, on=TODAY, weekly=weekly)


def test_outcomes_without_a_reference_are_as_many_as_they_like(world):
    with recorded("test"):
        for order in (9, 10):
            m.Outcome.objects.create(**outcome(world) | {"ref": "", "order": order})


def test_two_milestones_of_one_level_are_legal(world):
    with recorded("test"):
        for order in (9, 10):
            m.Measure.objects.create(**measure(world) | {"milestone": 1, "order": order})


def test_accepting_an_impact_needs_no_words(world):
    with recorded("test"):
        m.Impact.objects.create(**impact(world) | {"text": "", "step": "ACCEPTED"})
