"""The posts that a document names, and the groups that their titles name: found, or made."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...models import Group, Post
from ...picture import Officer, PlanPicture
from ...titles import fold
from ...vocabulary import GroupKind, OfficerRole, PostKind
from .. import Refused
from ..people import kind_of_decider

EXECUTIVE = "Executive Group"
_SHORT = re.compile(r"\(([^()]+)\)\s*$")
_CHAIR = re.compile(
    r"^(?:co-?)?chair(?:person)? (?:of |for )?(?:the )?(.+)$|^(.+?),? chair(?:person)?$", re.IGNORECASE
)
_SORTS_OF_CHAIR = ("acting", "co", "deputy", "independent", "interim", "the", "vice")
_BODY = re.compile(r"\bdsp leads\b|\(executive\)\s*$", re.IGNORECASE)


def lock_groups() -> None:
    """Before posts, meetings and plans, as the order of locks has it: no group comes twice."""
    list(Group.objects.order_by("pk").select_for_update(no_key=True))


def group_of(group: Group | str) -> Group | None:
    """The group itself; of one that is only named, the group that goes on and has this name."""
    if isinstance(group, Group):
        return group
    if not group.strip():
        raise Refused(deciding_group="Say which group decides the plan's ratings.")
    return _of_name(group, Group.objects.filter(ends_on=None).order_by("pk"))


def deciding_group(group: Group | str) -> Group:
    """The group; where it is only named, and nobody knows it, it is made."""
    found = group_of(group)
    if found is not None:
        return found
    if len(name := str(group).strip()) > (most := int(Group._meta.get_field("name").max_length or 0)):
        raise Refused(deciding_group=f"The name of a group has {most} letters at most.")
    return Group.objects.create(name=name, kind=kind_of_decider())


def suggested_group(named: str = "") -> Group | str:
    """The only executive group there is; else the one that a document names, or the name of one to be made."""
    groups = list(Group.objects.filter(kind=GroupKind.EXECUTIVE, ends_on=None).order_by("pk")[:2])
    if len(groups) > 1 and not named:
        raise Refused(
            deciding_group="There are several executive groups. Say which of them decides this plan."
        )
    return groups[0] if len(groups) == 1 else named or EXECUTIVE


@dataclass
class Posts:
    """All posts, by each title and spelling: no two of them may come by one title at once."""

    by_title: dict[str, Post]
    by_id: dict[int, Post]

    @classmethod
    def locked(cls) -> "Posts":
        posts = list(Post.objects.order_by("pk").select_for_update(no_key=True))
        titles = {fold(text): post for post in posts for text in (*post.spellings, post.title)}
        return cls(titles, {post.pk: post for post in posts})

    def named_by(self, picture: PlanPicture, group: Group) -> dict[str, Post]:
        """The post of each title that the picture's officers have; those that nobody knows are made."""
        officers = [
            o for w in picture.workstreams for out in w.outcomes for a in out.actions for o in a.officers
        ]
        dsl = {fold(title_of(o)) for o in officers if o.role == OfficerRole.DSL}
        found: dict[str, Post] = {}
        for officer in officers:
            title = title_of(officer)
            post = self.by_id.get(officer.post_id) or self.by_title.get(fold(title))
            if post is None:
                post = self.by_title[fold(title)] = _make(title, group, is_dsl=fold(title) in dsl)
            found[title] = post
        return found


def title_of(officer: Officer) -> str:
    return " ".join((officer.title or officer.printed).split())


@dataclass(frozen=True, slots=True)
class Announced:
    """A post that is made when its plan is applied, and the group that it is of."""

    title: str
    kind: PostKind
    group: str = ""
    is_group_new: bool = False


def announced(title: str, groups: Iterable[Group], deciding: Group | str, *, is_dsl: bool) -> Announced:
    """What becomes of a title that no post has: `_make` as a promise. `groups` are all there are, `deciding` the one
    that decides the plan, or the name under which it is made."""
    kind, decides = kind_of(title, is_dsl=is_dsl), str(getattr(deciding, "name", deciding))
    if kind in (PostKind.DSP, PostKind.BODY):
        return Announced(title, kind, decides, is_group_new=isinstance(deciding, str))
    if kind != PostKind.CHAIR:
        return Announced(title, kind)
    name = _group_in(title)
    if _names(name) & _names(decides):
        return Announced(title, PostKind.EXECUTIVE_CHAIR, decides, is_group_new=isinstance(deciding, str))
    found = _of_name(name, groups)
    if found is None:
        return Announced(title, kind, name, is_group_new=True)
    is_executive = found.kind == GroupKind.EXECUTIVE
    return Announced(title, PostKind.EXECUTIVE_CHAIR if is_executive else kind, found.name)


def _make(title: str, deciding: Group, *, is_dsl: bool) -> Post:
    kind, group = kind_of(title, is_dsl=is_dsl), None
    if kind in (PostKind.DSP, PostKind.BODY):
        group = deciding
    elif kind == PostKind.CHAIR:
        group = _chaired(title, deciding)
        if group == deciding or group.kind == GroupKind.EXECUTIVE:
            kind = PostKind.EXECUTIVE_CHAIR
    short = _SHORT.search(title)
    organisation = short[1] if short and kind == PostKind.DSP else ""
    return Post.objects.create(title=title, kind=kind, group=group, organisation=organisation)


def kind_of(title: str, *, is_dsl: bool) -> PostKind:
    """What sort of post a title names, as far as it says so: rights follow from it, so anything else is an officer."""
    if _BODY.search(title):
        return PostKind.BODY
    if is_dsl:
        return PostKind.DSP
    if fold(title) == "independent scrutineer":
        return PostKind.SCRUTINEER
    return PostKind.CHAIR if _group_in(title) else PostKind.OFFICER


def _group_in(title: str) -> str:
    """The name of the group whose chair this is; "" where it is nobody's, or says only what sort of chair."""
    match = _CHAIR.match(title)
    name = (match[1] or match[2]).strip() if match else ""
    return "" if fold(name) in _SORTS_OF_CHAIR else name


def _chaired(title: str, deciding: Group) -> Group:
    """The group whose name is in the title of its chair; a subgroup that is not known yet is made."""
    name = _group_in(title)
    groups = [deciding, *Group.objects.filter(ends_on=None).exclude(pk=deciding.pk).order_by("pk")]
    found = _of_name(name, groups)
    if found is not None:
        return found
    short = _SHORT.search(name)
    return Group.objects.create(
        name=name,
        short_name=short[1] if short else "",
        kind=GroupKind.SUBGROUP,
        reports_to=deciding,
    )


def _of_name(name: str, groups: Iterable[Group]) -> Group | None:
    wanted = _names(name)
    return next((g for g in groups if wanted & (_names(g.name) | _names(g.short_name))), None)


def _names(name: str) -> set[str]:
    """A group's name in full, without its short form in brackets, that form alone; "Exec" is the Executive."""
    short = _SHORT.search(name)
    found = {fold(name), fold(_SHORT.sub("", name)), fold(short[1]) if short else ""} - {""}
    if found & {"exec", "executive", "executive group", "exec group"}:
        found.add("executive group")
    return found
