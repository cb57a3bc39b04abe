"""The demonstration's two fixtures, read as plain JSON.

The plan must carry the printed facts of the business plan (counts, tags, ratings, targets, officers), and the
story must only do what the application allows. The story is played meeting by meeting here, without Django,
so that a wrong update is named by meeting and measure instead of failing somewhere inside the loader.
"""

import json
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PLAN = json.loads((FIXTURES / "plan_2023_24.json").read_text(encoding="utf-8"))
STORY = json.loads((FIXTURES / "story.json").read_text(encoding="utf-8"))

POSTS = {post["key"]: post for post in PLAN["posts"]}
GROUPS = {group["key"]: group for group in PLAN["groups"]}
RECOMMENDATIONS = {recommendation["key"]: recommendation for recommendation in PLAN["recommendations"]}


def rows():
    """Every measure with its place: {"1.1#2": (workstream, outcome, action, measure)}."""
    found = {}
    for workstream in PLAN["workstreams"]:
        for outcome in workstream["outcomes"]:
            position = 0
            for action in outcome["actions"]:
                for measure in action["measures"]:
                    position += 1
                    found[f"{outcome['ref']}#{position}"] = (workstream, outcome, action, measure)
    return found


ROWS = rows()

# Level, target, tags of each measure, in the order of the printed table.
PRINTED = {
    "1.1#1": ("B", "July 2023", "M1"),
    "1.1#2": ("A", "September 2023", "RM2"),
    "1.1#3": ("A", "Rolling (every quarter)", "GR"),
    "1.1#4": ("A", "September 2023", "F"),
    "1.2#1": ("G", "September 2023", "M1"),
    "1.2#2": ("G", "September 2023", "M2"),
    "2.1#1": ("B", "June 2023", "M1"),
    "2.1#2": ("G", "September 2023", "M2"),
    "2.1#3": ("G", "September 2023", "GR"),
    "2.1#4": ("G", "January 2024", "FR"),
    "2.2#1": ("B", "May 2023", "R"),
    "2.2#2": ("B", "May 2023", "R"),
    "2.2#3": ("G", "January 2024", "G"),
    "2.2#4": ("G", "January 2024", "FR"),
    "3.1#1": ("B", "April 2023", "M1"),
    "3.1#2": ("B", "June 2023", "R"),
    "3.1#3": ("G", "September 2023", "M2"),
    "3.1#4": ("G", "January 2024", "G"),
    "3.2#1": ("G", "Rolling (every quarter)", "R"),
    "3.2#2": ("G", "Rolling (every quarter)", "RM1"),
    "3.3#1": ("A", "Rolling (every quarter)", "R"),
    "3.3#2": ("A", "Rolling (every quarter)", "R"),
    "3.3#3": ("A", "Rolling (every quarter)", "R"),
    "3.3#4": ("A", "Rolling (every quarter)", "R"),
    "4.1#1": ("B", "April 2023", "M1"),
    "4.1#2": ("G", "September 2023", "RM2"),
    "4.1#3": ("G", "September 2023", "GR"),
    "4.2#1": ("B", "June 2023", "R"),
    "4.2#2": ("G", "September 2023", "M1"),
    "5.1#1": ("A", "Exec/H&WB sign-off: September 2023", "M1"),
    "5.1#2": ("G", "March 2024", "G"),
    "5.1#3": ("G", "March 2024", "F"),
    "5.2#1": ("B", "April 2023", "M1"),
    "5.2#2": ("G", "September 2023", "M2"),
    "5.3#1": ("G", "September 2023", "M1"),
    "5.3#2": ("G", "September 2023", "M2"),
    "6.1#1": ("B", "March 2023", "M1"),
    "6.1#2": ("A", "June 2023", "R"),
    "6.1#3": ("B", "June 2023", "M2"),
    "6.1#4": ("B", "June 2023", "R"),
    "6.1#5": ("G", "September 2023", "GM3"),
    "6.1#6": ("G", "December 2023", "F"),
}
MONTH_ENDS = {
    "March 2023": "2023-03-31",
    "April 2023": "2023-04-30",
    "May 2023": "2023-05-31",
    "June 2023": "2023-06-30",
    "July 2023": "2023-07-31",
    "September 2023": "2023-09-30",
    "Exec/H&WB sign-off: September 2023": "2023-09-30",
    "December 2023": "2023-12-31",
    "January 2024": "2024-01-31",
    "March 2024": "2024-03-31",
}


def tags_by_field(measure):
    letters = [
        letter for letter, field in (("G", "growth"), ("F", "future"), ("R", "recurring")) if measure[field]
    ]
    return "".join(letters) + (f"M{measure['milestone']}" if measure["milestone"] else "")


def tags_as_printed(text):
    """("GR", "M3"): the letters before the first word, the tag after the last."""
    lead = re.match(r"(?:\([RGF]\)\s*)*", text).group()
    trail = re.search(r"\[(M\d+|[RGF])\]$", text)
    return "".join(re.findall("[RGF]", lead)), trail.group(1) if trail else ""


def every_text(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from every_text(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every_text(inner)
    elif isinstance(value, str):
        yield value


# --- The plan


def test_counts():
    outcomes = [outcome for workstream in PLAN["workstreams"] for outcome in workstream["outcomes"]]
    actions = [action for outcome in outcomes for action in outcome["actions"]]
    assert (len(PLAN["workstreams"]), len(outcomes), len(actions), len(ROWS)) == (6, 13, 16, 42)
    assert [outcome["ref"] for outcome in outcomes if len(outcome["actions"]) == 2] == ["3.1", "4.1", "5.3"]


def test_levels_key():
    assert [(level["code"], level["word"], level["token"]) for level in PLAN["levels"]] == [
        ("R", "Red", "RED"),
        ("A", "Amber", "AMBER"),
        ("G", "Green", "GREEN"),
        ("B", "Blue", "BLUE"),
    ]
    assert [level["code"] for level in PLAN["levels"] if level["is_complete"]] == ["B"]
    assert [level["code"] for level in PLAN["levels"] if level["is_exception"]] == ["R", "A"]


def test_colours():
    assert Counter(row[3]["level"] for row in ROWS.values()) == {"B": 12, "A": 9, "G": 21}


@pytest.mark.parametrize(
    ("number", "outcomes", "actions", "measures", "blue", "amber", "green"),
    [
        ("1", 2, 2, 6, 1, 3, 2),
        ("2", 2, 2, 8, 3, 0, 5),
        ("3", 3, 4, 10, 2, 4, 4),
        ("4", 2, 3, 5, 2, 0, 3),
        ("5", 3, 4, 7, 1, 1, 5),
        ("6", 1, 1, 6, 3, 1, 2),
    ],
)
def test_workstream_table(number, outcomes, actions, measures, blue, amber, green):
    workstream = next(one for one in PLAN["workstreams"] if one["number"] == number)
    inside = [action for outcome in workstream["outcomes"] for action in outcome["actions"]]
    colours = Counter(measure["level"] for action in inside for measure in action["measures"])
    assert (len(workstream["outcomes"]), len(inside), colours.total()) == (outcomes, actions, measures)
    assert (colours["B"], colours["A"], colours["G"], colours["R"]) == (blue, amber, green, 0)


@pytest.mark.parametrize("place", PRINTED)
def test_measure_as_printed(place):
    level, target, tags = PRINTED[place]
    measure = ROWS[place][3]
    assert (measure["level"], measure["target"]["text"], tags_by_field(measure)) == (level, target, tags)
    if target.startswith("Rolling"):
        assert (measure["target"]["due_on"], measure["target"]["precision"]) == (None, "NONE")
        assert measure["recurrence"] == "QUARTERLY"
    else:
        assert (measure["target"]["due_on"], measure["target"]["precision"]) == (MONTH_ENDS[target], "MONTH")
        assert measure["recurrence"] == ("NOT_SET" if measure["recurring"] else "NONE")
    assert measure["target"]["note"] == ("Exec/H&WB sign-off" if place == "5.1#1" else "")


def test_all_measures_are_listed_and_seven_are_rolling():
    assert list(ROWS) == list(PRINTED)
    rolling = [place for place, row in ROWS.items() if row[3]["recurrence"] == "QUARTERLY"]
    assert rolling == ["1.1#3", "3.2#1", "3.2#2", "3.3#1", "3.3#2", "3.3#3", "3.3#4"]


def test_tag_totals():
    measures = [row[3] for row in ROWS.values()]
    assert sum(1 for measure in measures if measure["milestone"]) == 20
    totals = {
        field: sum(measure[field] for measure in measures) for field in ("recurring", "growth", "future")
    }
    assert totals == {"recurring": 19, "growth": 7, "future": 5}
    assert not [place for place, row in ROWS.items() if row[3]["growth"] and row[3]["future"]]
    assert not [place for place, row in ROWS.items() if row[3]["milestone"] and row[3]["future"]]


def test_tag_combinations():
    assert Counter(tags_as_printed(row[3]["text"]) for row in ROWS.values()) == {
        ("", "M1"): 10,
        ("", "M2"): 6,
        ("R", "M1"): 1,
        ("R", "M2"): 2,
        ("G", "M3"): 1,
        ("R", ""): 11,
        ("GR", ""): 3,
        ("FR", ""): 2,
        ("G", ""): 3,
        ("F", ""): 2,
        ("", "F"): 1,
    }


@pytest.mark.parametrize("place", PRINTED)
def test_tags_in_the_text_agree_with_the_fields(place):
    measure = ROWS[place][3]
    lead, trail = tags_as_printed(measure["text"])
    letters = set(lead) | ({trail} if trail in {"R", "G", "F"} else set())
    assert letters == {letter for letter in tags_by_field(measure) if letter in "RGF"}
    number = f"M{measure['milestone']}" if measure["milestone"] else ""
    assert number == (trail if trail.startswith("M") else "")


def test_a_tag_inside_the_sentence_is_a_reference_and_there_is_one():
    inside = [place for place, row in ROWS.items() if re.search(r"\w \[M\d+\] \w", row[3]["text"])]
    assert inside == ["1.1#2"]


def test_ten_recurring_measures_ask_a_question_and_one_question_does_not_recur():
    asking = [row[3] for row in ROWS.values() if "?" in row[3]["text"]]
    assert Counter(measure["recurring"] for measure in asking) == {True: 10, False: 1}


def test_officers():
    officers = {
        place: [(officer["post"], officer["role"]) for officer in row[2]["officers"]]
        for place, row in ROWS.items()
    }
    expected = {
        "1.1": [("chair-neglect", "LEAD"), ("dsp-health", "DSL")],
        "1.2": [("chair-ldg", "LEAD"), ("dsp-health", "DSL")],
        "2.1": [("chair-mash", "LEAD"), ("dsp-police", "DSL")],
        "2.2": [("chair-dapb", "LEAD"), ("dsp-police", "DSL")],
        "3.1": [("dsp-council", "DSL")],
        "3.2": [("chair-arg", "LEAD"), ("dsp-council", "DSL")],
        "3.3": [("chair-arg", "LEAD"), ("dsp-council", "DSL")],
        "4.1": [("chair-ldg", "LEAD"), ("dsp-police", "DSL")],
        "4.2": [("chair-ldg", "LEAD"), ("dsp-police", "DSL")],
        "5.1": [("executive-chair", "LEAD"), ("business-manager", "LEAD"), ("dsp-health", "DSL")],
        "5.2": [("executive-chair", "LEAD"), ("business-manager", "LEAD"), ("dsp-health", "DSL")],
        "5.3": [("business-manager", "LEAD"), ("dsp-health", "DSL")],
        "6.1": [("dsp-leads", "LEAD"), ("dsp-council", "DSL")],
    }
    assert {place: expected[place.split("#")[0]] for place in ROWS} == officers


def fold(title):
    words = title.casefold().replace("\u2019", "").replace("'", "").replace("&", " and ")
    return " ".join(word for word in re.findall(r"[a-z0-9()/]+", words) if word != "the")


def test_officers_as_printed_are_titles_or_spellings_of_their_post():
    for row in ROWS.values():
        for officer in row[2]["officers"]:
            post = POSTS[officer["post"]]
            assert officer["printed"].startswith("DSL: ") == (officer["role"] == "DSL")
            known = {fold(title) for title in [post["title"], *post["spellings"]]}
            assert fold(officer["printed"].removeprefix("DSL: ")) in known


def test_no_spelling_leads_to_two_posts():
    owners = {}
    for post in PLAN["posts"]:
        for title in [post["title"], *post["spellings"]]:
            assert owners.setdefault(fold(title), post["key"]) == post["key"]


def test_posts_and_groups():
    assert len(POSTS) == len(PLAN["posts"])
    assert set(POSTS) == {
        *("chair-neglect", "chair-ldg", "chair-mash", "chair-dapb", "chair-arg", "executive-chair"),
        *("dsp-council", "dsp-police", "dsp-health", "dsp-leads"),
        *("business-unit", "business-manager", "scrutineer", "viewer"),
    }
    kinds = {"CHAIR", "DSP", "EXECUTIVE_CHAIR", "BUSINESS_UNIT", "SCRUTINEER", "OFFICER", "BODY", "VIEWER"}
    assert {post["kind"] for post in PLAN["posts"]} == kinds
    assert all(post["group"] is None or post["group"] in GROUPS for post in PLAN["posts"])
    partners = [post for post in PLAN["posts"] if post["kind"] in {"DSP", "BODY"}]
    assert [post["group"] for post in partners] == ["executive"] * 4
    assert all(group["reports_to"] is None or group["reports_to"] in GROUPS for group in PLAN["groups"])
    assert PLAN["plan"]["deciding_group"] == "executive"


def test_sources():
    printed = Counter()
    for workstream in PLAN["workstreams"]:
        for outcome in workstream["outcomes"]:
            printed.update((outcome["ref"], source["printed"]) for source in outcome["sources"])
            for action in outcome["actions"]:
                printed.update((outcome["ref"], source["printed"]) for source in action["sources"])
                for measure in action["measures"]:
                    printed.update((outcome["ref"], source["printed"]) for source in measure["sources"])
                    assert all(source["recommendation"] in RECOMMENDATIONS for source in measure["sources"])
    assert printed == {
        ("2.1", "LGA rec. 6a"): 1,
        ("2.1", "NRAP/JTAI"): 2,  # one bullet, two recommendations
        ("2.1", "JTAI"): 1,
        ("2.2", "National Review ref. 5.3"): 1,
        ("3.3", "NRAP"): 1,
        ("3.3", "JTAI"): 1,
        ("6.1", "JTAI 1.1"): 1,
    }
    assert [one["reference"] for one in PLAN["recommendations"]] == ["6a", "5.3", "1.1", "", ""]
    assert not any(one["text"] for one in PLAN["recommendations"])  # no document we hold gives the text


def test_six_bullets_of_2_1_and_their_footnote():
    _, outcome, _, measure = ROWS["2.1#3"]
    bullets = [line for line in measure["text"].splitlines() if line.startswith("- ")]
    assert len(bullets) == 6
    assert [line.endswith("*") for line in bullets] == [True] * 5 + [False]
    assert ["(NRAP/JTAI)" in line for line in bullets] == [True] * 2 + [False] * 4
    assert ["(JTAI)" in line for line in bullets] == [False] * 2 + [True] * 3 + [False]
    noted = [o["ref"] for w in PLAN["workstreams"] for o in w["outcomes"] if o["evidence_note"]]
    assert outcome["evidence_note"].startswith("*")
    assert noted == ["2.1"]


def test_reporting_duties():
    duties = [
        (outcome["ref"], action["reporting_duty"])
        for workstream in PLAN["workstreams"]
        for outcome in workstream["outcomes"]
        for action in outcome["actions"]
        if action["reporting_duty"]
    ]
    assert duties == [
        ("2.1", "Every 6 weeks"),
        ("2.2", "Every quarter"),
        ("3.2", "Every Executive meeting"),
        ("3.3", "Every quarter"),
        ("4.2", "Every Executive meeting"),
        ("5.3", "Every quarter"),
    ]


def test_passages():
    kinds = Counter(passage["kind"] for passage in PLAN["passages"])
    assert (kinds["VISION"], kinds["VALUES"], kinds["PRIORITY"], kinds["ACHIEVEMENT"]) == (1, 1, 3, 17)
    assert (kinds["HELD_OVER"], kinds["TAG_KEY"]) == (4, 4)
    cells = {(p["workstream"], p["year"]) for p in PLAN["passages"] if p["kind"] == "ACHIEVEMENT"}
    assert cells == {(str(w), y) for w in range(1, 7) for y in (1, 2, 3)} - {("6", 2)}
    assert [p["heading"] for p in PLAN["passages"] if p["kind"] == "TAG_KEY"] == ["M", "R", "G", "F"]
    # three sources are held over and numbered; the fourth is only considered
    assert [p["number"] for p in PLAN["passages"] if p["kind"] == "HELD_OVER"] == [1, 2, 3, None]
    assert all(passage["body"] for passage in PLAN["passages"])


def test_versions():
    assert [(v["label"], v["dated"], v["step"], v["editors"]) for v in PLAN["versions"]] == [
        ("1.1", "2023-03-30", "REGISTER", "Business Unit (one editor)"),
        ("1.2", "2023-04-12", "REGISTER", "Business Unit (one editor)"),
        ("1.3", "2023-04-18", "REGISTER", "Business Unit (one editor)"),
        ("1.4", "2023-05-26", "REGISTER", "Business Unit (one editor)"),
        ("1.5", "2023-06-05", "REGISTER", "Business Unit (one editor)"),
        ("1.6", "2023-07-07", "REGISTER", "Business Unit (two editors)"),
        ("1.7", "2023-07-18", "AGREED", "Business Unit (two editors)"),
    ]


def test_no_mark_up_and_no_stray_space():
    for text in [*every_text(PLAN), *every_text(STORY)]:
        assert not re.search(r"</?\w+[ >]|&\w+;", text), text
        assert text == text.strip(), text
        assert "  " not in text, text


# --- The story

AGREED_ON = date(2023, 7, 18)
QUARTER_MEETINGS = {2, 4, 7, 9}
LEVELS = {"R", "A", "G", "B"}


def officers_of(place):
    """The posts that may send for a measure: those on its action; a body stands for its group's DSP posts."""
    named = set()
    for officer in ROWS[place][2]["officers"]:
        post = POSTS[officer["post"]]
        if post["kind"] == "BODY":
            named |= {p["key"] for p in PLAN["posts"] if p["kind"] == "DSP" and p["group"] == post["group"]}
        else:
            named.add(post["key"])
    return named


class State:
    """Agreed levels and current targets, as they stand after the meetings played so far."""

    def __init__(self):
        self.levels = {place: row[3]["level"] for place, row in ROWS.items()}
        self.due = {place: row[3]["target"]["due_on"] for place, row in ROWS.items()}
        self.impact = {}
        self.pending = set()

    def to_update(self, number):
        """What is asked for at a meeting: open measures, and the quarterly ones when a quarter has ended."""
        quarterly = {place for place, row in ROWS.items() if row[3]["recurrence"] == "QUARTERLY"}
        unfinished = {place for place, level in self.levels.items() if level != "B"} - quarterly
        return unfinished | (quarterly if number in QUARTER_MEETINGS else set())

    def open_lower_milestones(self, place):
        outcome, measure = place.split("#")[0], ROWS[place][3]
        return [
            other
            for other, row in ROWS.items()
            if measure["milestone"]
            and other.split("#")[0] == outcome
            and row[3]["milestone"]
            and row[3]["milestone"] < measure["milestone"]
            and self.levels[other] != "B"
        ]


def update_errors(state, update, held_on, asked):
    place, kind, level = update["measure"], update["kind"], update["level"]
    if place not in ROWS:
        return ["no such measure"]
    measure = ROWS[place][3]
    errors = []
    if place not in asked:
        errors.append("is not to be updated for this meeting")
    if kind not in {"UPDATE", "NO_CHANGE"} or level not in LEVELS:
        errors.append(f"unknown kind or level: {kind} {level}")
    sender = update["by"]
    if sender == "business-unit":
        if update.get("for") not in officers_of(place):
            errors.append("sent on behalf of a post that is not on the action")
        if not update["received"]:
            errors.append("sent on behalf without saying how it was received")
    elif sender not in officers_of(place):
        errors.append(f"{sender} is not on the action")
    elif update["received"] or update.get("for"):
        errors.append("received or for, though the post sent it itself")
    if not update["words"]:
        errors.append("no words")
    if kind == "NO_CHANGE":
        if state.levels[place] != "G" or level != "G":
            errors.append(f"no change, but the agreed level is {state.levels[place]}")
        if state.due[place] and state.due[place] < held_on:
            errors.append("no change after its target has passed")
        if place in state.pending:
            errors.append("no change on a measure that was put off at the last meeting")
    else:
        if (level == "A") != bool(update["recovery_plan"]):
            errors.append("Amber and a recovery plan go together")
        if (level == "R") != bool(update["risk_note"]):
            errors.append("Red and a risk note go together")
        if level == "B" and measure["milestone"] and not (update["evidence"] and update["evidence_held"]):
            errors.append("a milestone is called Blue without evidence and where it is held")
        early = measure["future"] or state.open_lower_milestones(place)
        if level == "B" and early and not update["because"]:
            errors.append("Blue on (F), or over a lower milestone that is open, without because")
    return errors


def decision_errors(update):
    decision = update.get("decision")
    if decision is None:
        return ["no decision"]
    kind, level, because = decision["kind"], decision["level"], decision["because"]
    if kind not in {"AGREE", "AMEND", "DEFER", "NOT_REACHED"}:
        return [f"unknown decision {kind}"]
    errors = []
    if kind in {"AMEND", "DEFER"} and not because:
        errors.append(f"{kind} without because")
    if kind == "AMEND" and (level not in LEVELS or level == update["level"]):
        errors.append("amended to the level that was proposed, or to none")
    if kind != "AMEND" and level is not None:
        errors.append(f"{kind} names a level")
    return errors


def play(upto=None):
    """Play the meetings; returns the state after the last, every error found, and what was missed at each."""
    state, errors, missed = State(), [], {}
    for meeting in STORY["meetings"][:upto]:
        number, held_on = meeting["number"], meeting["held_on"]
        asked = state.to_update(number)
        sent = [update["measure"] for update in meeting["updates"]]
        errors += [f"meeting {number}: {place} twice" for place, times in Counter(sent).items() if times > 1]
        dropped = state.pending - set(sent)
        errors += [f"meeting {number}: {place} was put off and not brought back" for place in dropped]
        missed[number] = sorted(asked - set(sent))
        # All updates are sent before the meeting, so they are judged by the state before it.
        for update in meeting["updates"]:
            found = update_errors(state, update, held_on, asked) + decision_errors(update)
            errors += [f"meeting {number}: {update['measure']}: {error}" for error in found]
        for target in meeting["targets"]:
            found = []
            if target["measure"] not in asked or not state.due[target["measure"]]:
                found.append("has no open target")
            elif target["due_on"] <= state.due[target["measure"]] or target["due_on"] <= held_on:
                found.append("the new target is not later")
            if target["asked_by"] not in officers_of(target["measure"]):
                found.append(f"{target['asked_by']} is not on the action")
            if target["decision"] not in {"AGREED", "REFUSED"}:
                found.append("is neither agreed nor refused")
            if not (target["because"] and target["decided_because"]):
                found.append("a moved target needs both reasons")
            day = date.fromisoformat(target["due_on"])
            if (day + timedelta(days=1)).day != 1 or not target["text"].endswith(f"{day:%B %Y}"):
                found.append("the target's words and its day disagree")
            errors += [f"meeting {number}: target of {target['measure']}: {error}" for error in found]
        for impact in meeting["impacts"]:
            place, found = impact["measure"], []
            if state.levels[place] != "B" or ROWS[place][3]["recurrence"] == "QUARTERLY":
                found.append("is not complete before the meeting")
            if state.impact.get(place) == "ACCEPTED":
                found.append("was accepted before")
            if impact["step"] not in {"ACCEPTED", "NOT_ACCEPTED"} or not impact["text"]:
                found.append("has no text or an unknown step")
            if impact["step"] == "NOT_ACCEPTED" and not impact["because"]:
                found.append("not accepted without because")
            errors += [f"meeting {number}: impact of {place}: {error}" for error in found]
        present = meeting["present"]
        if not set(present) <= set(POSTS) or len(set(present)) != len(present):
            errors.append(f"meeting {number}: unknown or repeated post present")
        # The meeting itself.
        state.pending = set()
        for update in meeting["updates"]:
            decision = update["decision"]
            if decision["kind"] == "AGREE":
                state.levels[update["measure"]] = update["level"]
            elif decision["kind"] == "AMEND":
                state.levels[update["measure"]] = decision["level"]
            else:
                state.pending.add(update["measure"])
        for target in meeting["targets"]:
            if target["decision"] == "AGREED":
                state.due[target["measure"]] = target["due_on"]
        for impact in meeting["impacts"]:
            state.impact[impact["measure"]] = impact["step"]
    return state, errors, missed


def test_meetings_are_six_weeks_apart():
    assert [(m["number"], m["held_on"]) for m in STORY["meetings"]] == [
        (number, (AGREED_ON + timedelta(weeks=6 * number)).isoformat()) for number in range(1, 10)
    ]


def test_quarterly_meetings_are_the_first_after_a_quarter_ends():
    ends = [date(2023, 9, 30), date(2023, 12, 31), date(2024, 3, 31), date(2024, 6, 30)]
    days = {meeting["number"]: date.fromisoformat(meeting["held_on"]) for meeting in STORY["meetings"]}
    assert {min(number for number, day in days.items() if day >= end) for end in ends} == QUARTER_MEETINGS


def test_every_update_target_and_impact_is_allowed():
    _, errors, _ = play()
    assert errors == []


@pytest.mark.parametrize("played", range(10))
def test_what_is_waiting_is_allowed_after_any_number_of_meetings(played):
    """The demonstration shows the first few meetings; the same proposals then wait for the next one."""
    state, _, _ = play(played)
    held_on = (AGREED_ON + timedelta(weeks=6 * (played + 1))).isoformat()
    errors = []
    for update in STORY["waiting"]:
        found = update_errors(state, update, held_on, state.to_update(played + 1))
        if update["measure"] in state.pending:
            found.append("already waits from the last meeting")
        if "decision" in update:
            found.append("is decided")
        errors += [f"after {played}: {update['measure']}: {error}" for error in found]
    assert errors == []


def test_how_much_happens():
    _, _, missed = play()
    sent = {meeting["number"]: len(meeting["updates"]) for meeting in STORY["meetings"]}
    assert all(15 <= sent[number] <= 25 for number in (1, 2, 3))
    assert all(8 <= sent[number] <= 20 for number in range(4, 10))
    assert all(2 <= len(places) <= 5 for places in missed.values()), missed
    assert 5 <= len(STORY["waiting"]) <= 7


def test_the_first_three_meetings_show_every_kind_of_decision():
    updates = [(m["number"], u) for m in STORY["meetings"][:3] for u in m["updates"]]
    decisions = Counter(update["decision"]["kind"] for _, update in updates)
    assert decisions["DEFER"] == 1
    assert decisions["NOT_REACHED"] == 1
    amended = {(u["level"], u["decision"]["level"]) for _, u in updates if u["decision"]["kind"] == "AMEND"}
    assert amended == {("G", "A"), ("A", "G")}
    assert [u["measure"] for _, u in updates if u["by"] == "business-unit"] == ["2.1#3"]
    targets = [target["decision"] for m in STORY["meetings"][:3] for target in m["targets"]]
    assert Counter(targets)["REFUSED"] == 1
    assert len(targets) >= 2
    impacts = Counter(impact["step"] for m in STORY["meetings"][:3] for impact in m["impacts"])
    assert impacts["NOT_ACCEPTED"] == 1
    assert 3 <= impacts["ACCEPTED"] <= 4


def test_one_measure_alone_turns_red_and_first_at_the_second_meeting():
    red = [(m["number"], u["measure"]) for m in STORY["meetings"] for u in m["updates"] if u["level"] == "R"]
    assert red[0] == (2, "1.1#4")
    assert {place for _, place in red} == {"1.1#4"}


def test_measures_complete_gradually():
    blue_at_first = {place for place, printed in PRINTED.items() if printed[0] == "B"}
    blue = []
    for played in range(10):
        levels = play(played)[0].levels
        blue.append({place for place, level in levels.items() if level == "B"})
        assert blue_at_first <= blue[-1]
    assert len(blue[0]) == 12
    assert len(blue[0]) < len(blue[3]) < len(blue[-1]) < 42


def test_words_name_no_year():
    """The loader moves the dates by whole years; it cannot move a year written inside a sentence."""
    for meeting in STORY["meetings"]:
        texts = [*every_text(meeting["updates"]), *every_text(meeting["impacts"])]
        texts += [t[field] for t in meeting["targets"] for field in ("because", "decided_because")]
        assert not [text for text in texts if re.search(r"\b20\d\d\b", text)]
    assert not [text for text in every_text(STORY["waiting"]) if re.search(r"\b20\d\d\b", text)]
