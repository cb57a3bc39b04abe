"""What the ledger says of people: accounts, groups, posts and appointments, as sentences."""

from typing import TYPE_CHECKING, Any

from ..vocabulary import AppointmentKind
from .names import day

if TYPE_CHECKING:
    from .sentences import Said


def user(said: "Said") -> dict[str, Any]:
    named = said.names.names_people
    name = (said.image["name"] or said.image["email"]) if named else str(said.image["id"])
    if said.changed("is_active"):
        return {"heading": f"Account of {name} {'opened again' if said.image['is_active'] else 'closed'}"}
    if not named:
        return {"heading": said.did(f"Account {name}")}
    if said.changed("name"):
        return {"heading": f"Account of {name} renamed", **said.moved("name")}
    if said.changed("email"):
        return {"heading": f"E-mail address of {name} changed"}
    verb = "made for" if said.added else "removed:" if said.gone else "changed:"
    return {"heading": f"Account {verb} {name}"}


def group(said: "Said") -> dict[str, Any]:
    return _ends(said, "Group", "name")


def post(said: "Said") -> dict[str, Any]:
    if said.changed("spellings") and not said.changed("title"):
        was, now = (", ".join(row["spellings"]) or "None" for row in (said.before, said.after))
        return {"heading": f"Spellings of {said.image['title']} changed", "was": was, "now": now}
    return _ends(said, "Post", "title")


def _ends(said: "Said", what: str, column: str) -> dict[str, Any]:
    name = said.image[column]
    if said.changed(column):
        return {"heading": f"{what} {said.before[column]} renamed", **said.moved(column)}
    if said.changed("ends_on"):
        ends = said.image["ends_on"]
        return {"heading": f"{what} {name} {f'ends on {day(ends)}' if ends else 'goes on'}"}
    return {"heading": said.did(f"{what} {name}")}


def appointment(said: "Said") -> dict[str, Any]:
    image = said.image
    who = said.names.users.get(image["user_id"], f"Account {image['user_id']}")
    post = said.names.posts.at(image["post_id"], said.row.seq) or "a post"
    if image["kind"] == AppointmentKind.DEPUTY:
        post = f"deputy for {post}"
    if said.added:
        until = f" to {day(image['ends_on'])}" if image["ends_on"] else ""
        return {"heading": f"Appointed {who} as {post} from {day(image['starts_on'])}{until}"}
    if said.gone:
        return {"heading": f"Appointment of {who} as {post} taken back"}
    if said.changed("ends_on"):
        ends = image["ends_on"]
        return {"heading": f"Appointment of {who} as {post} {f'ends on {day(ends)}' if ends else 'goes on'}"}
    return {"heading": f"Appointment of {who} as {post} changed"}


SENTENCES = {"user": user, "group": group, "post": post, "appointment": appointment}
