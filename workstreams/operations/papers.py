"""Papers: what each group reports, frozen with the plan before a meeting, and never changed once issued."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Q

from .. import gather
from .. import picture as p
from ..agenda import free_label
from ..life import Standing
from ..models import Group, HighlightReport, Measure, Meeting, Plan, Rating, Version
from ..vocabulary import MeetingState, PlanState, RatingStep, VersionStep
from . import By, Overtaken, Refused, newest_row, recorded, settle
from .ratings import lock_measures, where_they_stand

EDITORS = "Business Unit"  # as the table of versions names them
OVER = (MeetingState.CLOSED, MeetingState.CANCELLED)


def issue_papers(*, meeting: Meeting, plan: Plan, label: str, changes: str, by: By) -> Version:
    """Freeze the provisional version that this meeting decides on, its highlight reports in it: of every current plan
    of its group, since a meeting has its papers whole or not at all. `label` is that of this plan's.

    What is sent from now on is marked as sent after papers. Raises Refused where they are out already, where an
    earlier meeting comes first, and for a meeting that is not regular.
    """
    with recorded(by):
        Group.objects.select_for_update(no_key=True).get(pk=meeting.group_id)
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if meeting.has_papers_out:
            raise Refused(
                "The papers for this meeting have been issued. What comes after them goes into an addendum."
            )
        if meeting.state != MeetingState.PLANNED:
            raise Refused(f"This meeting {meeting.how_it_stands}, so no papers are issued for it.")
        if not meeting.is_regular:
            raise Refused(
                "An extraordinary meeting decides what stands when it meets, so no papers are issued for it."
            )
        earlier = Meeting.objects.filter(group=meeting.group_id, held_on__lt=meeting.held_on).regular()
        if first := earlier.exclude(state__in=OVER).order_by("held_on").first():
            raise Refused(f"The {first} comes first. Issue its papers, or close or cancel it.")
        plans = lock_plans(meeting, plan)
        refuse_used_label(plan, label)
        meeting.state = MeetingState.PAPERS_ISSUED
        meeting.save(update_fields=["state"])
        return freeze_each(plans, step=VersionStep.PROVISIONAL, label=label, changes=changes, meeting=meeting)


def issue_addendum(*, meeting: Meeting, plan: Plan, label: str, changes: str, by: By) -> Version:
    """Freeze what was sent for this plan since the papers, or since its last addendum. Raises Refused where nothing
    was."""
    with recorded(by):
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if not meeting.has_papers_out:
            raise Refused(f"An addendum follows papers that are out. This meeting {meeting.how_it_stands}.")
        lock_plan(plan)
        if not sent_since_papers(meeting, plan):
            raise Refused(
                "Nothing has been sent since the papers were issued, so there is nothing to add to them."
            )
        refuse_used_label(plan, label)
        return freeze(
            plan=plan,
            step=VersionStep.PROVISIONAL,
            label=label,
            changes=changes,
            meeting=meeting,
        )


def sent_since_papers(meeting: Meeting, plan: Plan) -> list[Rating]:
    """The updates for this meeting that stand, sent since its newest papers or addendum, in the order they came."""
    newest = Version.objects.filter(plan=plan).of_meeting(meeting).last()
    if newest is None:
        return []
    measures = Measure.objects.live().of_plan(plan)
    sent = Rating.objects.filter(measure__in=measures, step=RatingStep.PROVISIONAL, at__gt=newest.at)
    latest = {r.measure_id: r for r in sent.select_related("measure", "level", "for_post").order_by("pk")}
    stands = where_they_stand(plan, latest.keys())
    late = [r for r in latest.values() if stands[r.measure_id] in (Standing.LATE, Standing.REPLACED)]
    return sorted((r for r in late if r.meeting_id == meeting.pk), key=lambda r: r.pk)


def withdraw_papers(*, meeting: Meeting, plan: Plan, because: str, by: By) -> Version:
    """Take a meeting's papers back, those of every plan: they stay as they are, and stand as withdrawn.

    Raises Refused once the meeting began.
    """
    if not because.strip():
        raise Refused(because="Say why the papers are withdrawn.")
    with recorded(by, because=because):
        Group.objects.select_for_update(no_key=True).get(pk=meeting.group_id)
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if not meeting.has_papers_out:
            raise Refused(f"No papers are out to be withdrawn. This meeting {meeting.how_it_stands}.")
        plans = lock_plans(meeting, plan)
        meeting.state = MeetingState.PLANNED
        meeting.save(update_fields=["state"])
        first, *_ = [
            _withdrawn(papers, because)
            for each in plans
            if (papers := Version.objects.filter(plan=each).papers_of(meeting))
        ]
        return first


def _withdrawn(papers: Version, because: str) -> Version:
    newest = (
        Version.objects.filter(plan=papers.plan_id).order_by("-seq").values_list("seq", flat=True).first()
    )
    return Version.objects.create(
        plan_id=papers.plan_id,
        label=papers.label,
        seq=1 + (newest or 0),
        step=VersionStep.WITHDRAWN,
        changes=because,
        editors=EDITORS,
        dated=gather.today(),
        meeting_id=papers.meeting_id,
    )


def report_highlights(
    *,
    group: Group,
    meeting: Meeting,
    key_updates: str,
    risks: str,
    mitigating_actions: str,
    achievements: str,
    by: By,
    seen: int | None,
) -> HighlightReport:
    """Write a group's report to a meeting, or write it anew. `seen` is the newest ledger row of the report that was
    looked at; None where there was none. Raises Refused once papers are out, Overtaken where it was changed since.
    """
    if not key_updates.strip():
        raise Refused(key_updates="Say what is new, and what difference it made.")
    said = {
        "key_updates": key_updates,
        "risks": risks,
        "mitigating_actions": mitigating_actions,
        "achievements": achievements,
    }
    with recorded(by):
        meeting = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
        if meeting.state != MeetingState.PLANNED:
            raise Refused(f"This meeting {meeting.how_it_stands}, so its reports stay as they are.")
        report = (
            HighlightReport.objects.select_for_update(no_key=True)
            .filter(group=group, meeting=meeting)
            .first()
        )
        if (newest_row(report) if report else None) != seen:
            raise Overtaken(None)
        signed = {"by": by.user, "for_post": by.post, "as_deputy": by.as_deputy}
        if report is None:
            return HighlightReport.objects.create(group=group, meeting=meeting, **said, **signed)
        for name, value in (said | signed).items():
            setattr(report, name, value)
        report.save()
        return report


def lock_plan(plan: Plan) -> list[Measure]:
    """Lock a plan and its live measures, and answer those: one edition is frozen or withdrawn at a time, and nothing
    is sent or decided meanwhile. A frozen picture holds every rating older than it."""
    Plan.objects.select_for_update(no_key=True).get(pk=plan.pk)
    return lock_measures(Measure.objects.live().of_plan(plan))


def lock_plans(meeting: Meeting, plan: Plan) -> list[Plan]:
    """`lock_plan` of every plan that a meeting decides: this one, which is answered first, and the other current
    ones of its group."""
    decided = Q(pk=plan.pk) | Q(deciding_group=meeting.group_id, state=PlanState.CURRENT)
    plans = list(Plan.objects.select_for_update(no_key=True).filter(decided).order_by("pk"))
    lock_measures(Measure.objects.live().of_plans(plans))
    return sorted(plans, key=lambda each: each.pk != plan.pk)


def refuse_used_label(plan: Plan, label: str) -> None:
    """Belongs after `lock_plan`."""
    if not label.strip():
        raise Refused(label="Give the version a label, for example 1.8.")
    if Version.objects.filter(plan=plan, label=label).exists():
        raise Refused(label=f"Version {label} exists already. Give the next label.")


def freeze_each(plans: Sequence[Plan], *, label: str, **facts: Any) -> Version:
    """Freeze a version of each of these plans, for `facts` see `freeze`: of the first, which is answered, under this
    label, of the others under their own next one."""
    first, *others = plans
    version = freeze(plan=first, label=label, **facts)
    for plan in others:
        used = plan.versions.order_by("seq").values_list("label", flat=True)
        freeze(plan=plan, label=free_label(used), **facts)
    return version


def freeze(
    *, plan: Plan, step: VersionStep, label: str, changes: str, meeting: Meeting, editors: str = EDITORS
) -> Version:
    """A version with the plan's picture as it stands now, addressed by the newest ledger row it contains.

    Belongs inside a `recorded` block, after `lock_plan`.
    """
    settle()
    at = gather.head()
    rows = gather.rows_now(plan)
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [Version._meta.db_table])
        (pk,) = cursor.fetchone()
    picture = gather.compose(rows, at.today, at, speaks_of=meeting.pk)
    version = Version(
        pk=pk,
        plan=plan,
        label=label,
        seq=1 + max((v["seq"] for v in rows["version"]), default=0),
        step=step,
        changes=changes,
        editors=editors,
        dated=meeting.held_on,
        meeting=meeting,
    )
    version.picture = p.to_json(replace(picture, versions=(*picture.versions, gather.row_of(version))))
    version.save(force_insert=True)
    return version
