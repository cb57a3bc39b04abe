"""Groups come, are renamed, and end: with their posts and whoever holds these."""

from datetime import date

from ... import gather
from ...models import Group, Plan
from ...titles import fold
from ...vocabulary import GroupKind, PlanState
from ...words import dated
from .. import By, Refused, recorded
from .posts import end_posts
from .rules import as_seen, keep_unit, lock_posts


def add_group(
    *,
    name: str,
    kind: str,
    by: By | str,
    short_name: str = "",
    reports_to: Group | None = None,
    starts_on: date | None = None,
    because: str = "",
) -> Group:
    """A group. Raises Refused where another that has not ended has the name."""
    with recorded(by, because=because):
        _one_name(name, short_name, _all())
        return Group.objects.create(
            name=name, kind=kind, short_name=short_name, reports_to=reports_to, starts_on=starts_on
        )


def kind_of_decider() -> GroupKind:
    """What a new group is that decides a plan: the Executive where there was none, else a board beside it."""
    there_is_one = Group.objects.filter(kind=GroupKind.EXECUTIVE).exists()
    return GroupKind.OVERSIGHT_BOARD if there_is_one else GroupKind.EXECUTIVE


def change_group(
    *,
    group: Group,
    name: str,
    short_name: str,
    kind: str,
    reports_to: Group | None,
    starts_on: date | None,
    by: By,
    because: str,
    seen: int | None,
) -> Group:
    """Rename it, or say anew what it is and to whom it reports. Ended ones keep their last day."""
    with recorded(by, because=because):
        groups = _all()
        group = as_seen(group, seen)
        _one_name(name, short_name, [other for other in groups if other != group])
        if reports_to is not None and group.pk in _line(reports_to):
            raise Refused(reports_to=f"{reports_to.name} reports to this group, or is this group.")
        if starts_on and group.ends_on and starts_on > group.ends_on:
            raise Refused(starts_on=f"The group ended on {dated(group.ends_on)}. It began before that.")
        group.name, group.short_name, group.kind = name, short_name, kind
        group.reports_to, group.starts_on = reports_to, starts_on
        group.save(update_fields=["name", "short_name", "kind", "reports_to", "starts_on"])
        return group


def end_group(*, group: Group, ends_on: date | None, by: By, because: str, seen: int | None) -> Group:
    """The last day of a group, of its posts and of whoever holds these. None: it goes on after all.

    Posts that ended on the same day go on with it; appointments that ended do not come back by themselves.
    """
    with recorded(by, because=because):
        group = as_seen(group, seen)
        posts = list(group.posts.order_by("pk"))
        lock_posts(*posts)
        if ends_on is None:
            for post in posts:
                if post.ends_on == group.ends_on:
                    post.ends_on = None
                    post.save(update_fields=["ends_on"])
        else:
            _may_end(group, ends_on)
            end_posts(
                [p for p in posts if p.ends_on is None or p.ends_on > ends_on], ends_on, field="ends_on"
            )
        group.ends_on = ends_on
        group.save(update_fields=["ends_on"])
        keep_unit(gather.today())
        return group


def _may_end(group: Group, ends_on: date) -> None:
    if group.starts_on and ends_on < group.starts_on:
        raise Refused(ends_on=f"The group began on {dated(group.starts_on)}. It ends on or after that day.")
    decides = Plan.objects.filter(deciding_group=group).exclude(state=PlanState.CLOSED).first()
    if decides:
        raise Refused(ends_on=f"The group decides the plan “{decides.title}”, which goes on.")
    reporting = group.reporting.filter(ends_on=None).order_by("name").first()
    if reporting:
        raise Refused(
            ends_on=f"{reporting.name} reports to this group. Say first to whom it reports from then on."
        )


def _all() -> list[Group]:
    """Every group, locked in key order before any of them alone: no two may come by one name at once."""
    return list(Group.objects.order_by("pk").select_for_update(no_key=True))


def _one_name(name: str, short_name: str, others: list[Group]) -> None:
    """Two groups that go on cannot be told apart by one name. Groups that were replaced may have had it."""
    said = {field: fold(text) for field, text in (("name", name), ("short_name", short_name)) if text}
    for other in others:
        theirs = {fold(text) for text in (other.name, other.short_name) if text}
        for field, text in said.items():
            if text in theirs and other.ends_on is None:
                raise Refused(**{field: f"Another group is called this: {other.name}."})


def _line(group: Group) -> set[int]:
    """The group, and everyone to whom it reports in turn."""
    above = dict(Group.objects.values_list("pk", "reports_to_id"))
    found: set[int] = set()
    at: int | None = group.pk
    while at is not None and at not in found:
        found.add(at)
        at = above.get(at)
    return found
