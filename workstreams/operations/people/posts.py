"""Posts and their spellings: one post behind each title, whichever way a document prints it."""

from collections.abc import Iterable
from datetime import date

from ... import gather
from ...models import Appointment, Group, Post
from ...titles import fold
from ...words import dated
from .. import By, Refused, recorded
from .rules import as_seen, keep_unit, lock_posts, locked, refuse_before_last_act


def add_post(
    *,
    title: str,
    kind: str,
    by: By | str,
    group: Group | None = None,
    organisation: str = "",
    spellings: list[str] | None = None,
    because: str = "",
) -> Post:
    """A post. Raises Refused where its title or a spelling is another post's."""
    with recorded(by, because=because):
        group, posts = _going_on(group), _all()
        _free(title, posts, field="title")
        for spelling in spellings or []:
            _free(spelling, posts, field="spellings")
        return Post.objects.create(
            title=title, kind=kind, group=group, organisation=organisation, spellings=spellings or []
        )


def change_post(
    *,
    post: Post,
    title: str,
    kind: str,
    group: Group | None,
    organisation: str,
    by: By,
    because: str,
    seen: int | None,
) -> Post:
    """Another title, group or organisation; another kind as long as nobody was ever appointed to it.

    The title that it had stays among its spellings, since documents still print it.
    """
    with recorded(by, because=because):
        group = _going_on(group) if group != post.group else group
        posts = _all()
        post = as_seen(post, seen)
        _free(title, [p for p in posts if p.pk != post.pk], field="title")
        if kind != post.kind and post.appointments.exists():
            raise Refused(
                kind="Somebody was appointed to this post, and what they might do followed from its kind. Add another"
                " post instead, and end this one."
            )
        if fold(title) != fold(post.title):
            kept = [s for s in post.spellings if fold(s) not in (fold(title), fold(post.title))]
            post.spellings = [*kept, post.title]
        post.title, post.kind, post.group, post.organisation = title, kind, group, organisation
        post.save(update_fields=["title", "kind", "group", "organisation", "spellings"])
        return post


def end_post(*, post: Post, ends_on: date | None, by: By, because: str, seen: int | None) -> Post:
    """The last day of a post and of whoever is appointed to it. None: it goes on after all."""
    with recorded(by, because=because):
        lock_posts(post)
        post = as_seen(post, seen)
        if ends_on is None:
            if post.group and post.group.ends_on:
                raise Refused(
                    ends_on=f"{post.group.name} ended on {dated(post.group.ends_on)}, and its posts with it."
                )
            post.ends_on = None
            post.save(update_fields=["ends_on"])
        else:
            end_posts([post], ends_on, field="ends_on")
            keep_unit(gather.today())
            post.refresh_from_db()
        return post


def end_posts(posts: Iterable[Post], ends_on: date, *, field: str) -> None:
    """End these posts, which are locked, and whoever is appointed to them: inside a change that is recorded."""
    for post in posts:
        later = Appointment.objects.filter(post=post).exclude(ends_on__lte=ends_on).select_related("user")
        for appointment in later.order_by("pk").select_for_update(no_key=True, of=("self",)):
            if appointment.starts_on > ends_on:
                raise Refused(
                    **{
                        field: f"{appointment.user} is appointed to {post} from {dated(appointment.starts_on)}."
                        " Take that back first."
                    }
                )
            refuse_before_last_act(appointment, ends_on, field=field)
            appointment.ends_on = ends_on
            appointment.save(update_fields=["ends_on"])
        post.ends_on = ends_on
        post.save(update_fields=["ends_on"])


# ---- spellings


def add_spelling(
    *, post: Post, spelling: str, by: By, because: str, seen: int | None, take_over: bool = False
) -> Post:
    """Another way in which documents print this post. `take_over`: from another post that has it as a spelling.

    Raises Refused where it is understood already, or is another post's.
    """
    with recorded(by, because=because):
        posts = _all()
        post = as_seen(post, seen)
        if fold(spelling) in _folded(post):
            raise Refused(
                spelling="Documents that print this are understood already: it is read as this post."
            )
        holder = _holder(spelling, posts)
        if holder is not None and take_over and fold(spelling) != fold(holder.title):
            holder.spellings = [s for s in holder.spellings if fold(s) != fold(spelling)]
            holder.save(update_fields=["spellings"])
        else:
            _free(spelling, posts, field="spelling")
        post.spellings = [*post.spellings, spelling]
        post.save(update_fields=["spellings"])
        return post


def remove_spelling(*, post: Post, spelling: str, by: By, because: str, seen: int | None) -> Post:
    """Documents that print this no longer mean this post."""
    with recorded(by, because=because):
        post = as_seen(post, seen)
        if spelling not in post.spellings:
            raise Refused("That spelling is not among those of this post.")
        post.spellings = [s for s in post.spellings if s != spelling]
        post.save(update_fields=["spellings"])
        return post


def holder_of_spelling(spelling: str) -> Post | None:
    """The post whose title or spelling this is, whichever way it is printed."""
    return _holder(spelling, Post.objects.order_by("pk"))


def _holder(spelling: str, posts: Iterable[Post]) -> Post | None:
    return next((post for post in posts if fold(spelling) in _folded(post)), None)


def _folded(post: Post) -> set[str]:
    return {fold(text) for text in (post.title, *post.spellings)}


def _free(text: str, posts: Iterable[Post], *, field: str) -> None:
    if not fold(text):
        raise Refused(**{field: "Write it in words."})
    holder = _holder(text, posts)
    if holder is None:
        return
    if fold(text) == fold(holder.title):
        raise Refused(**{field: f"This is the title of another post: {holder.title}."})
    raise Refused(**{field: f"This is a spelling of another post already: {holder.title}."})


def _all() -> list[Post]:
    """Every post, locked: no two of them may come by one spelling at once."""
    return list(Post.objects.order_by("pk").select_for_update(no_key=True))


def _going_on(group: Group | None) -> Group | None:
    """The group, locked before any post, so that it does not end meanwhile."""
    if group is None:
        return None
    group = locked(group)
    if group.ends_on is not None:
        raise Refused(group=f"{group.name} ends on {dated(group.ends_on)}.")
    return group
