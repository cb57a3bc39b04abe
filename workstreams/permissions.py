"""Who may. Questions only: scopes (cannot see = not found), predicates (may not = refused), and readers.

Rights come from appointments valid today, by the posts on the action: a chair is not a workstream's owner.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet

from .models import Appointment, Group, Measure, Pack, Post, User
from .models.papers import PackQuerySet
from .picture import Reader
from .recording import By
from .vocabulary import PackKind, PostKind

OFFICER_KINDS = (
    PostKind.CHAIR,
    PostKind.DSP,
    PostKind.EXECUTIVE_CHAIR,
    PostKind.OFFICER,
)
# They take no part in rating, even where an action names their post.
SILENT = (PostKind.SCRUTINEER, PostKind.VIEWER)
EVERYTHING = (PostKind.BUSINESS_UNIT, PostKind.DSP, PostKind.EXECUTIVE_CHAIR, PostKind.SCRUTINEER)


@dataclass(frozen=True)
class Person:
    """A signed-in user with the appointments that are valid today."""

    user: User
    appointments: tuple[Appointment, ...]

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(a.post.kind for a in self.appointments)

    @property
    def is_business_unit(self) -> bool:
        return PostKind.BUSINESS_UNIT in self.kinds

    @property
    def is_scrutineer(self) -> bool:
        return PostKind.SCRUTINEER in self.kinds

    @property
    def is_officer(self) -> bool:
        """Holds a post that an action can name."""
        return bool(self.kinds & set(OFFICER_KINDS))

    @property
    def is_viewer(self) -> bool:
        """Partner staff: the agreed, published version and nothing else."""
        return bool(self.appointments) and self.kinds == {PostKind.VIEWER}

    @property
    def is_nobody(self) -> bool:
        """Signed in without a valid appointment: sees no plan at all."""
        return not self.appointments

    @property
    def speaking(self) -> tuple[Appointment, ...]:
        """The appointments in which they may speak for an action that names the post."""
        return tuple(a for a in self.appointments if a.post.kind not in SILENT)

    @cached_property
    def post_ids(self) -> frozenset[int]:
        """The posts they act in, and the bodies that those posts make up."""
        own = {a.post_id for a in self.speaking}
        groups = [a.post.group for a in self.appointments if a.post.kind == PostKind.DSP and a.post.group]
        bodies = (
            Post.objects.filter(kind=PostKind.BODY, group__in=groups).values_list("pk", flat=True)
            if groups
            else ()
        )
        return frozenset(own | set(bodies))


def business_unit(person: Person) -> By:
    """The business unit as the one who acts. The person must be of it."""
    held = next(a for a in person.appointments if a.post.kind == PostKind.BUSINESS_UNIT)
    return By(person.user, held.post, held.is_deputy)


def person(user: User, on: date) -> Person:
    """The user with today's appointments: one query."""
    held = Appointment.objects.valid_on(on).filter(user=user).select_related("post__group").order_by("pk")
    return Person(user, tuple(held))


def appointed(on: date) -> list[Person]:
    """Everybody who is appointed to something that day: one query."""
    held: dict[User, list[Appointment]] = {}
    for appointment in (
        Appointment.objects.valid_on(on).select_related("user", "post__group").order_by("user", "pk")
    ):
        held.setdefault(appointment.user, []).append(appointment)
    return [Person(user, tuple(appointments)) for user, appointments in held.items()]


def reader(person: Person) -> Reader:
    """Whose eyes a picture is for."""
    if person.kinds & set(EVERYTHING):
        return Reader(everything=True)
    return Reader(everything=False, posts=person.post_ids)


# ---- scopes: what they cannot see is not found


def may_read_plan(person: Person) -> bool:
    """Agreed ratings, plan, history."""
    return not person.is_nobody and not person.is_viewer


def may_read_published(person: Person) -> bool:
    return not person.is_nobody


def measures_visible_to(person: Person) -> QuerySet[Measure]:
    return Measure.objects.all() if may_read_plan(person) else Measure.objects.none()


def measures_to_update(person: Person) -> QuerySet[Measure]:
    """Live measures of the actions that name one of their posts."""
    if not person.is_officer:
        return Measure.objects.none()
    return Measure.objects.live().of_posts(person.post_ids)


def groups_heard_by(person: Person) -> QuerySet[Group]:
    """The groups whose highlight reports they read before a meeting: their own, or all."""
    if reader(person).everything:
        return Group.objects.all()
    return Group.objects.filter(pk__in={g for a in person.speaking if (g := a.post.group_id)})


def packs_visible_to(person: Person) -> PackQuerySet:
    """Issued packs that they may download.

    An issued pack is a paper that was handed to those who report to its meeting, so the posts of these groups may
    have it, with what other groups proposed; the plan's own pages stay narrower. Everybody has the published editions.
    """
    if person.is_nobody:
        return Pack.objects.none()
    if reader(person).everything:
        return Pack.objects.all()
    groups = [a.post.group for a in person.speaking if a.post.group]
    tables = {group.pk for group in groups} | {group.reports_to_id for group in groups}
    handed = Q(version__meeting__group__in=tables - {None})
    return Pack.objects.filter(handed | Q(kind=PackKind.PUBLISHED))


# ---- predicates: may they?


def acting_for(person: Person, measure: Measure) -> list[Appointment]:
    """The appointments in which they may send this measure's update, the action's lead first."""
    officers = {o.post_id: o for o in measure.action.officers.select_related("post")}
    bodies = {o.post.group_id for o in officers.values() if o.post.kind == PostKind.BODY} - {None}

    def named(a: Appointment) -> bool:
        return a.post_id in officers or (a.post.kind == PostKind.DSP and a.post.group_id in bodies)

    def rank(a: Appointment) -> tuple[bool, int]:
        officer = officers.get(a.post_id)
        return (officer is None or officer.role != "LEAD", a.pk)

    return sorted(filter(named, person.speaking), key=rank)


def may_send(person: Person, measure: Measure) -> bool:
    return bool(acting_for(person, measure))


def may_send_on_behalf(person: Person) -> bool:
    return person.is_business_unit


def may_follow_decisions(person: Person) -> bool:
    """See every proposal as the meeting decides it."""
    return reader(person).everything


def may_run_meetings(person: Person) -> bool:
    """Plan a meeting, record who was there and what was decided, close it."""
    return person.is_business_unit


def may_keep_people(person: Person) -> bool:
    return person.is_business_unit


def may_edit_plan(person: Person) -> bool:
    return person.is_business_unit


def may_draw_reports(person: Person) -> bool:
    return may_read_published(person)


def may_make_packs(person: Person) -> bool:
    return person.is_business_unit


def may_read_history(person: Person) -> bool:
    return may_read_plan(person)
