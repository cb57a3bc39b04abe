"""Applying a plan that was read from a file: one version, whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from ... import gather
from ...agenda import free_label
from ...compare import Change, Kind, compare
from ...intake.matching import Matched, nothing_of, without_levels
from ...models import Group, Plan, Upload, Version
from ...picture import PlanPicture, VersionRow
from ...vocabulary import PlanState, UploadState, VersionStep
from .. import By, Overtaken, Refused, recorded
from ..papers import EDITORS, freeze, lock_plan
from ..plan.fit import RESERVED
from .agreeing import Agreed, agree_levels, lock_meeting, printed_levels, refuse_unfit_agreement
from .fit import longest, refuse_unfit
from .people import Posts, deciding_group, group_of, lock_groups, suggested_group
from .since import changed_since
from .suggesting import plan_titled, suggested_agreed, suggested_label, suggested_ref
from .writing import Writer

__all__ = [
    "HOLDS_ALL",
    "Agreed",
    "NewPlan",
    "apply_picture",
    "changes",
    "effect",
    "plan_titled",
    "suggested_agreed",
    "suggested_group",
    "suggested_label",
    "suggested_ref",
]

_NEVER_PRINTED = (
    Kind.PROPOSED,
    Kind.TAKEN_OUT,
    Kind.IMPACT_REPORTED,
    Kind.IMPACT_ACCEPTED,
    Kind.IMPACT_NOT_ACCEPTED,
)
HOLDS_ALL = "The plan holds all of this already."


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a document does not say of a plan that begins with it. A group that is only named is made.

    No title: the document's. A current plan is in force from now on; else it is a draft.
    """

    ref: str
    deciding_group: Group | str
    title: str = ""
    is_current: bool = False


def effect(live: PlanPicture | None, picture: PlanPicture, *, with_ratings: bool) -> PlanPicture:
    """The matched picture as applying it would leave the plan: with its document's ratings, or without them."""
    return picture if with_ratings else without_levels(live, picture)


def changes(live: PlanPicture | None, picture: PlanPicture) -> tuple[Change, ...]:
    """What a document changes: not what was proposed or reported while somebody looked at it."""
    found = compare(live or nothing_of(picture), picture)
    return tuple(change for change in found if change.kind not in _NEVER_PRINTED)


def apply_picture(
    *,
    plan: Plan | None,
    matched: Matched,
    upload: Upload,
    by: By,
    because: str = "",
    seen: int | None = None,
    agreed: Agreed | None = None,
    new: NewPlan | None = None,
    label: str = "",
    cells: Mapping[str, str] | None = None,
) -> Version:
    """Write what a file changes into the plan, or a new plan with all of it. Answers the version that it makes.

    `seen` is the `seq` of the live picture that the file was matched with. `upload` is the file, stored or not yet: it
    is applied with the plan, and shows from then on which of its `cells` became what. `agreed`: when its ratings were
    agreed; None leaves them out. `label`: of the version; the next one, where it is empty.

    Raises Refused, with errors for ref, title, label, agreed_on or the whole, and Overtaken where the plan was changed
    since it was matched. Then nothing is written.
    """
    reason = f"Imported from “{upload.name}”" + (f": {because.strip()}" if because.strip() else "")
    with recorded(by, because=reason):
        _lock_upload(upload)
        if not printed_levels(matched.picture):
            agreed = None  # it rates nothing otherwise, so there is nothing that was agreed
        if (plan is None) == (new is None):
            raise ValueError("Either a plan that stands, or the facts of a new one.")
        lock_groups()
        posts = Posts.locked()
        group = plan.deciding_group if plan else group_of(new.deciding_group) if new else None
        meeting = lock_meeting(group, agreed) if agreed and group else None
        live = _live(plan, seen)
        picture = effect(live, matched.picture, with_ratings=agreed is not None)
        _refuse_nothing(live, picture)
        refuse_unfit(picture, cells or {})
        if plan is None:
            assert new is not None
            plan = _begin(new, picture)
        if agreed:
            refuse_unfit_agreement(plan, live, picture, agreed)
        own, earlier = _register(plan, picture, label)
        writer = Writer(plan, live, by, reason)
        writer.write(picture, posts.named_by(picture, plan.deciding_group))
        seq = _register_earlier(plan, earlier)
        if agreed:
            meeting = agree_levels(plan, picture, agreed, meeting, writer, by, reason)
            version = freeze(
                plan=plan,
                step=VersionStep.AGREED,
                label=own.label,
                changes=own.changes or _summary(live, picture, upload.name),
                editors=own.editors or EDITORS,
                meeting=meeting,
            )
        else:
            version = Version.objects.create(
                plan=plan,
                label=own.label,
                seq=seq,
                step=VersionStep.REGISTER,
                changes=own.changes or _summary(live, picture, upload.name),
                editors=own.editors or EDITORS,
                dated=own.dated,
            )
        _keep(upload, plan, version, by, _cells(cells or {}, matched, writer))
        return version


def _lock_upload(upload: Upload) -> None:
    """A file is applied once, however often somebody presses the button."""
    if upload.pk is None:
        return
    stands = Upload.objects.select_for_update(no_key=True).select_related(None).get(pk=upload.pk)
    if stands.state == UploadState.APPLIED:
        raise Refused(
            f"This file has been applied already, as version {stands.version and stands.version.label}."
        )


def _live(plan: Plan | None, seen: int | None) -> PlanPicture | None:
    """The plan as it stands, locked. Raises Overtaken where it is not what the file was matched with."""
    if plan is None:
        return None
    lock_plan(plan)
    plan.refresh_from_db()
    if plan.state == PlanState.CLOSED:
        raise Refused("This plan is closed, so it stays as it is.")
    if seen is None or changed_since(plan, seen):
        raise Overtaken(None)
    return gather.take(plan, gather.head())


def _refuse_nothing(live: PlanPicture | None, picture: PlanPicture) -> None:
    if live is not None and not changes(live, picture):
        raise Refused(HOLDS_ALL)
    if live is None and not picture.workstreams:
        raise Refused("There is nothing in this file that a plan could hold.")


def _begin(new: NewPlan, picture: PlanPicture) -> Plan:
    if not new.ref:
        raise Refused(ref="Give the plan a short name for its addresses.")
    if len(new.ref) > (most := longest(Plan, "ref")):
        raise Refused(ref=f"A short name has {most} letters at most.")
    if new.ref in RESERVED:
        raise Refused(ref=f"“{new.ref}” has a page of its own. Choose another short name.")
    if Plan.objects.filter(ref=new.ref).exists():
        raise Refused(ref=f"Another plan has the short name “{new.ref}”. Choose another.")
    if new.is_current and not (picture.key and picture.measures):
        raise Refused("Nothing in this plan can be rated yet, so it begins as a draft.")
    plan = Plan(
        ref=new.ref,
        title=new.title or picture.title,
        shape=picture.shape,
        workstream_word=picture.workstream_word,
        year_label=picture.year_label,
        deciding_group=deciding_group(new.deciding_group),
        state=PlanState.CURRENT if new.is_current else PlanState.DRAFT,
    )
    if not plan.title.strip():
        raise Refused(title="This file has no title. Give the plan one.")
    try:
        with transaction.atomic():
            plan.save()
    except IntegrityError:
        raise Refused(ref=f"Another plan has the short name “{new.ref}” since a moment ago.") from None
    return plan


# ---- its version


def _register(plan: Plan, picture: PlanPicture, label: str) -> tuple[VersionRow, list[VersionRow]]:
    """The version that is made now, in the words of the document's own register where that has it, and the versions
    before it that only the document knows."""
    used = list(Version.objects.filter(plan=plan).order_by("seq").values_list("label", flat=True))
    printed = [row for row in picture.versions if row.label not in used]
    label = label.strip() or free_label([*used, *(row.label for row in printed)])
    if len(label) > (most := longest(Version, "label")):
        raise Refused(label=f"The label of a version has {most} letters at most.")
    if label in used:
        raise Refused(label=f"Version {label} exists already. Give the next label.")
    own = next((row for row in printed if row.label == label), None)
    earlier = [row for row in printed if row is not own]
    return own or VersionRow(0, label, "", "", "", gather.today(), False), earlier


def _register_earlier(plan: Plan, rows: list[VersionRow]) -> int:
    """Register them, and answer the place of the version that comes next."""
    newest = Version.objects.filter(plan=plan).order_by("-seq").values_list("seq", flat=True).first() or 0
    Version.objects.bulk_create(
        Version(
            plan=plan,
            label=row.label,
            seq=seq,
            step=VersionStep.REGISTER,
            changes=row.changes,
            editors=row.editors,
            dated=row.dated,
        )
        for seq, row in enumerate(rows, start=newest + 1)
    )
    return newest + 1 + len(rows)


def _summary(live: PlanPicture | None, picture: PlanPicture, name: str) -> str:
    """ "Imported from “plan.docx”: 3 new, 2 changed"."""
    counts: dict[str, set[object]] = {"new": set(), "withdrawn": set(), "changed": set()}
    for change in changes(live, picture):
        how = {Kind.ADDED: "new", Kind.WITHDRAWN: "withdrawn"}.get(Kind(change.kind), "changed")
        counts[how].add(change.row if change.row[1] else change.sentence)
    said = [f"{len(rows)} {how}" for how, rows in counts.items() if rows]
    return f"Imported from “{name}”: {', '.join(said)}"


# ---- the file


def _cells(cells: Mapping[str, str], matched: Matched, writer: Writer) -> dict[str, str]:
    """Where each value stood, by the row and field that it became: {"measure 17 target": "Table 3, row 5"}."""
    found = {}
    for of, at in cells.items():
        read_id, _, field = of.partition(" ")
        row = None
        if read_id.lstrip("-").isdecimal():
            row = writer.written.get(int(read_id)) or matched.recognised.get(int(read_id))
        found[f"{row[0]} {row[1]} {field}" if row else of] = at
    return found


def _keep(upload: Upload, plan: Plan, version: Version, by: By, cells: dict[str, str]) -> None:
    upload.plan, upload.version, upload.cells = plan, version, cells
    upload.state, upload.for_post = UploadState.APPLIED, by.post
    upload.save()
