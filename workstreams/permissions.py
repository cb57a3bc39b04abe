"""Who may. Questions only: scopes (cannot see = not found), predicates (may not = refused), and readers.

Rights come from appointments valid today, by the posts on the action: a chair is not a workstream's owner.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404

from .models import Appointment, Group, Measure, Pack, Plan, Post, Redaction, Upload, User, Version
from .models.papers import PackQuerySet
from .models.plan import PlanQuerySet
from .picture import Reader
from .recording import By
from .vocabulary import PackKind, PlanState, PostKind, UploadKind

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
        return posts_of(*(a.post for a in self.speaking))

    @cached_property
    def first_days(self) -> dict[int, date]:
        """Since when they have held each of the posts they act in without a break: one query."""
        return first_days([self])[self.user.pk]


def posts_of(*posts: Post) -> frozenset[int]:
    """These posts, and the bodies that they make up."""
    groups = [post.group_id for post in posts if post.kind == PostKind.DSP and post.group_id]
    bodies = Post.objects.filter(kind=PostKind.BODY, group__in=groups) if groups else Post.objects.none()
    return frozenset({post.pk for post in posts} | set(bodies.values_list("pk", flat=True)))


def first_days(people: Iterable[Person]) -> dict[int, dict[int, date]]:
    """By user and post, since when they have held it without a break, as holder or deputy: one query for all."""
    people = list(people)
    held: dict[tuple[int, int], list[Appointment]] = defaultdict(list)
    for a in Appointment.objects.filter(user__in=[p.user for p in people]).order_by("-starts_on"):
        held[a.user_id, a.post_id].append(a)
    found: dict[int, dict[int, date]] = {}
    for each in people:
        began = found.setdefault(each.user.pk, {})
        for now in each.speaking:
            since = now.starts_on
            for before in held[now.user_id, now.post_id]:
                touches = before.ends_on is None or before.ends_on >= since - timedelta(days=1)
                if before.starts_on < since and touches:
                    since = before.starts_on
            began[now.post_id] = min(since, began.get(now.post_id, since))
    return found


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
        return Reader(everything=True, drafts=person.is_business_unit)
    return Reader(everything=False, posts=person.post_ids)


# ---- scopes: what they cannot see is not found


def may_read_plan(person: Person) -> bool:
    """Agreed ratings, plan, history."""
    return not person.is_nobody and not person.is_viewer


def may_read_published(person: Person) -> bool:
    return not person.is_nobody


def plans_visible_to(person: Person) -> PlanQuerySet:
    """A draft is the business unit's alone."""
    if person.is_nobody:
        return Plan.objects.none()
    return Plan.objects.all() if person.is_business_unit else Plan.objects.exclude(state=PlanState.DRAFT)


class NoPlanYet(Http404):
    """Nothing is there to read, for one who may read plans: the page of plans says so, and how one begins."""


def refuse_no_plan(person: Person, plans: Sequence[Plan]) -> None:
    if not plans and may_read_plan(person):
        raise NoPlanYet("There is no plan yet.")


def plans_open_to(person: Person) -> list[Plan]:
    """The plans that they may see, in order; for partner staff those of which a version was agreed, if any was."""
    plans = list(plans_visible_to(person).in_order().select_related("deciding_group"))
    if person.is_viewer and len(plans) > 1:
        published = set(Version.objects.agreed().frozen().values_list("plan", flat=True))
        return [plan for plan in plans if plan.pk in published] or plans
    return plans


def measures_visible_to(person: Person) -> QuerySet[Measure]:
    if not may_read_plan(person):
        return Measure.objects.none()
    if person.is_business_unit:
        return Measure.objects.all()
    return Measure.objects.of_plans(plans_visible_to(person))


def measures_to_update(person: Person) -> QuerySet[Measure]:
    """Live measures of the plans that partners work to, of the actions that name one of their posts."""
    if not person.is_officer:
        return Measure.objects.none()
    return Measure.objects.live().of_plans(Plan.objects.current()).of_posts(person.post_ids)


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


def posts_answered_by(person: Person) -> QuerySet[Post]:
    """The posts for which they may answer in a workbook: their own; for the business unit any that is answered for."""
    answering = Post.objects.exclude(kind__in=SILENT).order_by("title")
    if may_send_on_behalf(person):
        return answering
    return answering.filter(pk__in={a.post_id for a in person.speaking})


def with_bodies(posts: Iterable[Post]) -> dict[int, frozenset[int]]:
    """Each of these posts with the bodies that it makes up: one query."""
    posts = list(posts)
    bodies: dict[int | None, set[int]] = defaultdict(set)
    for body in Post.objects.filter(kind=PostKind.BODY, group__isnull=False):
        bodies[body.group_id].add(body.pk)
    return {
        post.pk: frozenset({post.pk} | (bodies[post.group_id] if post.kind == PostKind.DSP else set()))
        for post in posts
    }


def workbooks_of(person: Person) -> QuerySet[Upload]:
    """The workbooks with answers that they handed in themselves, for posts that they still answer for."""
    own = Upload.objects.filter(kind=UploadKind.ANSWERS, user=person.user)
    return own.filter(for_post__in=posts_answered_by(person))


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


def may_send_on_behalf(person: Person) -> bool:
    return person.is_business_unit


def may_answer_in_workbooks(person: Person) -> bool:
    return person.is_officer or may_send_on_behalf(person)


def speaking_for(person: Person, post: Post) -> By:
    """Who signs for a post: its holder or deputy, or the business unit on its behalf."""
    own = next((a for a in person.speaking if a.post_id == post.pk), None)
    return By(person.user, post, own.is_deputy if own else False)


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


def may_read_signals(person: Person) -> bool:
    """They rest on what every group proposed and said, so they are for those who see all of it."""
    return reader(person).everything


def may_read_proof(person: Person) -> bool:
    """The ledger itself, and what its checks found."""
    return person.is_business_unit or person.is_scrutineer


def may_check(person: Person) -> bool:
    """Run the checks from a page, which keeps what they found. The scrutineer, who writes nothing, reads it."""
    return person.is_business_unit


# ---- challenges


def may_raise_challenges(person: Person) -> bool:
    """Raise and close them: the scrutineer alone."""
    return person.is_scrutineer


def scrutineer(person: Person) -> By:
    """The scrutineer as the one who acts. The person must be it, or its deputy."""
    held = next(a for a in person.appointments if a.post.kind == PostKind.SCRUTINEER)
    return By(person.user, held.post, held.is_deputy)


def answering(person: Person, asked: Iterable[int]) -> list[Appointment]:
    """The appointments in which they may answer a challenge that asks these posts: those that it asks first.

    A safeguarding partner and the business unit may answer any.
    """
    asked = set(asked)
    any_of_them = (PostKind.DSP, PostKind.BUSINESS_UNIT)
    may = [a for a in person.speaking if a.post_id in asked or a.post.kind in any_of_them]
    return sorted(may, key=lambda a: (a.post_id not in asked, a.pk))


# ---- redactions

REDACTORS = (PostKind.BUSINESS_UNIT, PostKind.DSP)


def may_redact(person: Person) -> bool:
    """Ask for words to be taken out of the record, and look at what others ask for."""
    return bool(person.kinds & set(REDACTORS))


def may_follow_redactions(person: Person) -> bool:
    """See that something was taken out, by whom and why: the scrutineer too, never the words."""
    return may_redact(person) or person.is_scrutineer


def may_decide(person: Person, asked: Redaction) -> bool:
    """The second person: two of the business unit, or one of it and a safeguarding partner."""
    of_the_unit = person.is_business_unit or asked.for_post.kind == PostKind.BUSINESS_UNIT
    return may_redact(person) and person.user.pk != asked.by_id and of_the_unit


def waiting_for(person: Person) -> list[Redaction]:
    """What somebody asks to have taken out and this person may decide: one query, and none for who may decide none."""
    if not may_redact(person):
        return []
    waiting = Redaction.objects.waiting().select_related("for_post")
    return [asked for asked in waiting if may_decide(person, asked)]


def redactor(person: Person) -> By:
    """The post in which they redact: the business unit's before another."""
    held = min(
        (a for a in person.appointments if a.post.kind in REDACTORS),
        key=lambda a: REDACTORS.index(PostKind(a.post.kind)),
    )
    return By(person.user, held.post, held.is_deputy)
