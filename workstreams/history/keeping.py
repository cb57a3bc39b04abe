"""What the ledger says of the plan's own words and shape: its key, texts, places, officers, measures and sources."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..vocabulary import (
    MeasureState,
    OfficerRole,
    OutcomeKind,
    PassageKind,
    PlanShape,
    PlanState,
    Recurrence,
    Tag,
    Token,
    short_name,
)
from ..words import listed
from .names import day

if TYPE_CHECKING:
    from .sentences import Said

Say = Callable[[Any], str]
# The facts of a row: column → (what a sentence calls it, how its value is said).
Facts = dict[str, tuple[str, Say]]


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _yes(value: Any) -> str:
    return "Yes" if value else "No"


def _changes(said: "Said", facts: Facts, *, thing: str, one: dict[str, str]) -> dict[str, Any]:
    """What became of a row that stays: withdrawn or restored, moved, or which of its facts changed, was and now.

    `one` holds the heading where one fact alone changed.
    """
    if said.changed("withdrawn"):
        return {"heading": f"{thing} {'withdrawn' if said.after['withdrawn'] else 'restored'}"}
    changed = [column for column in facts if said.changed(column)]
    if not changed:
        return {"heading": _moved(said, thing)}
    first, *others = changed
    words, say = facts[first]
    heading = (
        one.get(first, f"{words.capitalize()} of {_inside(thing)} changed")
        if not others
        else f"{thing} changed: {listed([facts[column][0] for column in changed])}"
    )
    return {
        "heading": heading,
        "was": say(said.before[first]),
        "now": say(said.after[first]),
        "said": tuple(
            (facts[column][0].capitalize(), _both(said, column, facts[column][1])) for column in others
        ),
    }


def _both(said: "Said", column: str, say: Say) -> str:
    was, now = say(said.before[column]) or "nothing", say(said.after[column]) or "nothing"
    return f"{was}, then {now}"


def _moved(said: "Said", thing: str) -> str:
    if not said.changed("order"):
        return f"{thing} changed"
    return f"{thing} moved {'up' if said.after['order'] < said.before['order'] else 'down'}"


def _inside(thing: str) -> str:
    return thing[:1].lower() + thing[1:]


def plan(said: "Said") -> dict[str, Any]:
    title = said.image["title"]
    if said.added:
        return {"heading": f"Plan {title} started"}
    if said.gone:
        return {"heading": f"Draft of the plan {title} deleted"}
    if said.changed("state"):
        state = {
            PlanState.DRAFT: "a draft again",
            PlanState.CURRENT: "the current plan",
            PlanState.CLOSED: "closed",
        }
        return {"heading": f"{title} is now {state[said.image['state']]}"}
    facts: Facts = {
        "title": ("title", _plain),
        "deciding_group_id": (
            "deciding group",
            lambda pk: said.names.groups.at(pk, said.row.seq) or "a group",
        ),
        "year_label": ("year", _plain),
        "starts_on": ("first day", day),
        "ends_on": ("last day", day),
        "workstream_word": ("word for its parts", _plain),
        "shape": ("shape", lambda value: PlanShape(value).label),
        "ref": ("short name", _plain),
    }
    return _changes(said, facts, thing=f"Plan {title}", one={"title": "Plan renamed"})


def level(said: "Said") -> dict[str, Any]:
    thing = f"Level {said.image['word']} of the key"
    if said.added or said.gone:
        return {"heading": said.did(thing)}
    facts: Facts = {
        "word": ("word", _plain),
        "meaning": ("meaning", _plain),
        "code": ("letter", _plain),
        "token": ("colour", lambda value: Token(value).label),
        "is_complete": ("whether it means complete", _yes),
        "is_exception": ("whether it is an exception", _yes),
    }
    return _changes(said, facts, thing=thing, one={"word": "Level of the key renamed"})


def workstream(said: "Said") -> dict[str, Any]:
    image = said.image
    thing = _part_of(said)
    about = {"ref": image["number"], "name": image["title"]}
    if said.added or said.gone:
        return about | {"heading": said.did(thing)}
    facts: Facts = {"title": ("title", _plain), "number": ("number", _plain), "aim": ("aim", _plain)}
    one = {
        "title": f"{thing} renamed",
        "number": f"{thing} renumbered",
        "aim": f"Aim of a {_inside(thing)} reworded",
    }
    return about | _changes(said, facts, thing=thing, one=one)


def _part_of(said: "Said") -> str:
    """What its plan calls a workstream."""
    plan = said.names.plans.at(said.image["plan_id"], said.row.seq)
    return str(plan["workstream_word"]) if plan else "Workstream"


def passage(said: "Said") -> dict[str, Any]:
    image = said.image
    thing = f"“{PassageKind(image['kind']).label}” text"
    about = {"name": image["heading"] or short_name(image["body"])}
    if said.added or said.gone:
        return about | {"heading": said.did(thing)}
    facts: Facts = {
        "body": ("wording", _plain),
        "heading": ("heading", _plain),
        "number": ("number", _plain),
        "year": ("year", _plain),
        "workstream_id": ("place", lambda pk: said.names.workstreams.get(pk or 0, "")),
    }
    return about | _changes(said, facts, thing=thing, one={"body": f"{thing} reworded"})


def outcome(said: "Said") -> dict[str, Any]:
    about = {"ref": said.image["ref"], "name": short_name(said.image["statement"])}
    if said.added or said.gone:
        return about | {"heading": said.did("Outcome")}
    facts: Facts = {
        "workstream_id": ("place", lambda pk: said.names.workstreams.get(pk or 0, "")),
        "ref": ("reference", _plain),
        "statement": ("wording", _plain),
        "kind": ("kind", lambda value: OutcomeKind(value).label),
        "evidence_note": ("note on evidence", _plain),
    }
    one = {
        "workstream_id": "Outcome moved elsewhere",
        "ref": "Outcome renumbered",
        "statement": "Outcome reworded",
        "evidence_note": "Note on evidence of an outcome reworded",
        "kind": "Kind of an outcome changed",
    }
    return about | _changes(said, facts, thing="Outcome", one=one)


def action(said: "Said") -> dict[str, Any]:
    image, names = said.image, said.names
    ref = names.action(image["id"])[0] or names.outcome(image["outcome_id"])[0]
    about = {"ref": ref, "name": short_name(image["text"].split("\n")[0])}
    if said.added or said.gone:
        return about | {"heading": said.did("Action")}
    if said.changed("outcome_id", "workstream_id") and not said.changed("withdrawn"):
        was, now = (_place(said, row) for row in (said.before, said.after))
        return about | {"heading": "Action moved elsewhere", "was": was, "now": now}
    facts: Facts = {
        "text": ("wording", _plain),
        "reporting_duty": ("reporting", _plain),
        "progress_note": ("progress as printed", _plain),
    }
    one = {
        "text": "Action reworded",
        "reporting_duty": "Reporting of an action changed",
        "progress_note": "Progress of an action, as printed, changed",
    }
    return about | _changes(said, facts, thing="Action", one=one)


def _place(said: "Said", row: dict[str, Any]) -> str:
    if row["outcome_id"]:
        return " ".join(said.names.outcome(row["outcome_id"])).strip()
    return said.names.workstreams.get(row["workstream_id"] or 0, "a part of the plan")


def actionofficer(said: "Said") -> dict[str, Any]:
    ref, name = said.names.action(said.image["action_id"])
    post = said.names.posts.at(said.image["post_id"], said.row.seq) or "A post"
    roles = {OfficerRole.LEAD: "lead", OfficerRole.DSL: "DSL", OfficerRole.SUPPORT: "support"}
    about = {"ref": ref, "name": name}
    role = roles[said.image["role"]]
    if said.added or said.gone:
        return about | {"heading": f"{post} {'no longer named' if said.gone else 'named'} as {role}"}
    facts: Facts = {
        "role": ("role", lambda value: roles[value]),
        "printed": ("print", _plain),
    }
    one = {"role": f"{post} now named as {role}", "printed": f"{post} printed otherwise"}
    return about | _changes(said, facts, thing=post, one=one)


def measure(said: "Said") -> dict[str, Any]:
    image, names = said.image, said.names
    ref, on = names.action(image["action_id"])
    about = {
        "measure_id": image["id"],
        "ref": ref,
        "name": short_name(image["text"]) if image["text"] else on,
    }
    if said.added or said.gone:
        return about | {"heading": said.did("Measure")}
    if said.changed("state"):
        word = {
            MeasureState.LIVE: "restored",
            MeasureState.WITHDRAWN: "withdrawn",
            MeasureState.CARRIED: "carried over",
        }
        return about | {"heading": f"Measure {word[image['state']]}"}
    if said.changed("action_id"):
        was, now = (" ".join(names.action(row["action_id"])).strip() for row in (said.before, said.after))
        return about | {"heading": "Measure moved to another action", "was": was, "now": now}
    tags = {"was": _tags(said.before), "now": _tags(said.after)}
    facts: Facts = {
        "text": ("wording", _plain),
        "recurrence": ("how often it is answered", lambda value: Recurrence(value).label),
    }
    one = {"text": "Measure reworded", "recurrence": "How often a measure is answered changed"}
    if tags["was"] == tags["now"]:
        return about | _changes(said, facts, thing="Measure", one=one)
    if not said.changed(*facts):
        return about | {"heading": "Tags of a measure changed"} | tags
    others = _changes(said, facts, thing="Measure", one=one)
    if not said.changed("text"):
        others["heading"] = "Measure changed: how often it is answered and tags"
    elif said.changed("recurrence"):
        others["heading"] = "Measure changed: wording, how often it is answered and tags"
    else:
        others["heading"] = "Measure changed: wording and tags"
    others["said"] = (*others["said"], ("Tags", f"{tags['was'] or 'none'}, then {tags['now'] or 'none'}"))
    return about | others


def _tags(row: dict[str, Any]) -> str:
    """ "(R) [M2]"."""
    columns = {Tag.GROWTH: "growth", Tag.FUTURE: "future", Tag.RECURRING: "recurring"}
    letters = [f"({tag.value})" for tag, column in columns.items() if row[column]]
    return " ".join(letters + ([f"[M{row['milestone']}]"] if row["milestone"] else []))


def sourceref(said: "Said") -> dict[str, Any]:
    image, names = said.image, said.names
    if image["measure_id"]:
        ref, name = names.measure(image["measure_id"])
    elif image["action_id"]:
        ref, name = names.action(image["action_id"])
    else:
        ref, name = names.outcome(image["outcome_id"])
    about = {"ref": ref, "name": name}
    thing = f"Source {image['printed']}"
    if said.added or said.gone:
        return about | {"heading": said.did(thing)}
    facts: Facts = {
        "printed": ("print", _plain),
        "recommendation_id": ("recommendation", lambda pk: names.recommendations.get(pk or 0, "")),
    }
    return about | _changes(said, facts, thing=thing, one={"printed": "Source printed otherwise"})


def recommendation(said: "Said") -> dict[str, Any]:
    image = said.image
    about = {"name": f"{image['source']} {image['reference']}".strip()}
    if said.added or said.gone:
        return about | {"heading": said.did("Recommendation")}
    facts: Facts = {
        "text": ("text", _plain),
        "source": ("source", _plain),
        "reference": ("reference", _plain),
        "addressee": ("addressee", _plain),
        "status": ("status", _plain),
        "status_words": ("words on its status", _plain),
    }
    one = {
        column: f"{words.capitalize()} of a recommendation changed" for column, (words, _) in facts.items()
    }
    return about | _changes(said, facts, thing="Recommendation", one=one)


SENTENCES: dict[str, Callable[["Said"], dict[str, Any]]] = {
    "plan": plan,
    "level": level,
    "workstream": workstream,
    "passage": passage,
    "outcome": outcome,
    "action": action,
    "actionofficer": actionofficer,
    "measure": measure,
    "sourceref": sourceref,
    "recommendation": recommendation,
}
