"""Pictures of the demonstration's plan, put together without a database, for the tests of all that is drawn."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from workstreams import due
from workstreams import picture as p
from workstreams.vocabulary import ImpactStep, MeetingState, RatingStep, VersionStep

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "plan_2023_24.json"
JULY, AUGUST, OCTOBER = date(2023, 7, 18), date(2023, 8, 29), date(2023, 10, 10)

EVERYTHING = p.Reader(everything=True)
PUBLIC = p.Reader(everything=False, public=True)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)


def rating(seq: int, level: p.Level | None, on: date, step: str = RatingStep.AGREED, **said: str) -> p.Rating:
    """One step of a rating. Its id is its ledger row less a thousand, as good as any."""
    return p.Rating(
        id=seq - 1000,
        seq=seq,
        step=step,
        level=level,
        **{"words": "", "recovery_plan": "", "risk_note": "", "because": ""} | said,
        evidence="",
        evidence_held="",
        meeting_id=on.toordinal(),
        meeting_on=on,
        period_ends_on=None,
        effective_on=on if step == RatingStep.AGREED else on - timedelta(days=12),
        at=moment(on),
        by="A. Person",
        post_id=1,
        post="Business Unit"
        if step == RatingStep.AGREED
        else "Chair of Learning and Development Group (LDG)",
        as_deputy=False,
        received="",
    )


def july(on: date = JULY) -> p.PlanPicture:
    """Version 1.7: everything agreed on 18 July 2023, imported without words."""
    data = json.loads(FIXTURE.read_text(encoding="utf-8"))
    key = tuple(
        p.Level(x["code"], x["word"], x["meaning"], x["token"], x["is_complete"], x["is_exception"])
        for x in data["levels"]
    )
    levels = {level.code: level for level in key}
    titles = {post["key"]: post["title"] for post in data["posts"]}
    posts = {post["key"]: i for i, post in enumerate(data["posts"], 1)}
    count = iter(range(1, 10_000))

    def sources(printed: list) -> tuple[p.Source, ...]:
        return tuple(p.Source(s["printed"] if isinstance(s, dict) else s, "") for s in printed)

    def measure(m: dict) -> p.Measure:
        number = next(count)
        agreed = rating(1400 + number, levels[m["level"]], JULY)
        target = m["target"]
        due_on = date.fromisoformat(target["due_on"]) if target["due_on"] else None
        return p.Measure(
            id=number,
            kind="IMPACT",
            text=m["text"],
            milestone=m["milestone"],
            recurring=m["recurring"],
            growth=m["growth"],
            future=m["future"],
            recurrence=m["recurrence"],
            state="LIVE",
            sources=sources(m["sources"]),
            target=p.Target(
                target["text"], target["note"], due_on, target["precision"], target["text"], due_on, 0, 0
            ),
            agreed=agreed,
            proposed=None,
            previous=None,
            proposal=None,
            held_over=None,
            latest_id=agreed.id,
            strip=(p.Mark(JULY.toordinal(), JULY, RatingStep.AGREED, agreed.level, False),),
            impact=None,
            waits_on=(),
            overdue_days=due.overdue_days(due_on, agreed.level.is_complete, on),
            asked=not agreed.level.is_complete,
            updated=False,
            words_on=None,
            asked_of_all=False,
        )

    return p.PlanPicture(
        schema=p.SCHEMA,
        plan_id=1,
        ref=data["plan"]["ref"],
        title=data["plan"]["title"],
        workstream_word=data["plan"]["workstream_word"],
        year_label=data["plan"]["year_label"],
        state="CURRENT",
        deciding_group="Executive Group",
        on=on,
        seq=1432,
        hash="5f1d7a0c" * 8,
        at=moment(on),
        key=key,
        passages=tuple(
            p.Passage(x["kind"], x["number"], x["year"], x["heading"], x["body"], x["workstream"] or "")
            for x in data["passages"]
        ),
        workstreams=tuple(
            p.Workstream(
                i,
                w["number"],
                w["title"],
                w["aim"],
                tuple(
                    p.Outcome(
                        10 * i + j,
                        o["ref"],
                        "REQUIRED",
                        o["statement"],
                        o["evidence_note"],
                        sources(o["sources"]),
                        tuple(
                            p.Action(
                                100 * i + 10 * j + k,
                                a["text"],
                                a["reporting_duty"],
                                tuple(
                                    p.Officer(
                                        posts[x["post"]], titles[x["post"]], x["role"], x["printed"], (), ()
                                    )
                                    for x in a["officers"]
                                ),
                                sources(a["sources"]),
                                tuple(measure(m) for m in a["measures"]),
                            )
                            for k, a in enumerate(o["actions"])
                        ),
                    )
                    for j, o in enumerate(w["outcomes"])
                ),
            )
            for i, w in enumerate(data["workstreams"], 1)
        ),
        versions=tuple(
            p.VersionRow(
                i,
                v["label"],
                v["step"],
                v["changes"],
                v["editors"],
                date.fromisoformat(v["dated"]),
                v["step"] == VersionStep.AGREED,
            )
            for i, v in enumerate(data["versions"], 1)
        ),
        next_meeting=p.Meeting(2, AUGUST, moment(AUGUST), MeetingState.PLANNED),
        last_meeting=p.Meeting(1, JULY, moment(JULY), MeetingState.CLOSED),
    )


def changed(picture: p.PlanPicture, changes: dict[int, Callable[[p.Measure], p.Measure]]) -> p.PlanPicture:
    """The picture with some measures, named by id, changed."""
    return picture.with_measures(lambda _, m: changes[m.id](m) if m.id in changes else m)


def draft() -> p.PlanPicture:
    """Between meetings, on 11 October 2023: amended, Red, overdue, not updated, proposed, deferred, impact."""
    picture = july(date(2023, 10, 11))
    level = {x.code: x for x in picture.key}

    def agreed(
        seq: int, code: str, was: str, because: str = "", **said: str
    ) -> Callable[[p.Measure], p.Measure]:
        def change(m: p.Measure) -> p.Measure:
            proposed = rating(seq - 1, level[was], OCTOBER, RatingStep.PROVISIONAL, **{"words": WORDS} | said)
            now = rating(seq, level[code], OCTOBER, because=because)
            marks = (
                p.Mark(2, OCTOBER, RatingStep.PROVISIONAL, level[was], False),
                p.Mark(2, OCTOBER, RatingStep.AGREED, level[code], code != was),
            )
            return replace(
                m,
                agreed=now,
                proposed=proposed,
                previous=m.agreed,
                strip=(*m.strip, *marks),
                overdue_days=0 if level[code].is_complete else m.overdue_days,
                words_on=proposed.effective_on,
            )

        return change

    def proposal(seq: int, code: str, **said: str) -> Callable[[p.Measure], p.Measure]:
        def change(m: p.Measure) -> p.Measure:
            made = rating(
                seq, level[code], date(2023, 11, 21), RatingStep.PROVISIONAL, **{"words": WORDS} | said
            )
            mark = p.Mark(3, date(2023, 11, 21), RatingStep.PROVISIONAL, level[code], False)
            return replace(m, proposal=made, updated=True, strip=(*m.strip, mark), words_on=made.effective_on)

        return change

    def later(m: p.Measure) -> p.Measure:
        target = p.Target(
            "January 2024",
            "",
            date(2024, 1, 31),
            "MONTH",
            m.target.text,
            m.target.due_on,
            1,
            4,
        )
        return replace(m, target=target, overdue_days=0)

    def asking(m: p.Measure) -> p.Measure:
        target = replace(
            m.target,
            asked_text="March 2024",
            asked_because="The new recording system goes live only in February.",
        )
        return replace(proposal(1611, "A", recovery_plan=PLAN)(m), target=target)

    def impact(seq: int, step: str, text: str) -> Callable[[p.Measure], p.Measure]:
        return lambda m: replace(m, impact=p.Impact(seq, seq, step, text, OCTOBER, moment(OCTOBER)))

    held = rating(1590, None, OCTOBER, RatingStep.DEFERRED, because="The audit was not in the papers.")
    changes = {
        2: agreed(1502, "A", "A", recovery_plan=PLAN),
        4: agreed(
            1504, "R", "A", "No partner has agreed to share data, and no date is in sight", recovery_plan=PLAN
        ),
        5: agreed(1506, "A", "G", "Two posts have been empty since the spring, so Green said too much."),
        6: agreed(1508, "B", "B"),
        7: impact(1601, ImpactStep.ACCEPTED, "Every contact now has a named decision maker."),
        8: proposal(1603, "R", risk_note="Without the analyst the September data cannot be read."),
        9: proposal(1604, "G"),
        10: asking,
        12: impact(1602, ImpactStep.NOT_ACCEPTED, "Says what was done, not what changed for children."),
        17: later,
        18: lambda m: replace(proposal(1606, "A", recovery_plan=PLAN)(m), held_over=held),
        30: proposal(1607, "G", words="No change"),
        31: agreed(1510, "G", "B", "The evidence was a plan to collect data, not data"),
    }
    version = p.VersionRow(
        8, "1.8", VersionStep.AGREED, "Ratings agreed in August", "Business Unit", AUGUST, True
    )
    picture = changed(replace(picture, versions=(*picture.versions, version)), changes)
    return replace(
        picture,
        seq=1611,
        next_meeting=p.Meeting(3, date(2023, 11, 21), moment(date(2023, 11, 10)), MeetingState.PLANNED),
        last_meeting=p.Meeting(2, OCTOBER, moment(OCTOBER), MeetingState.CLOSED),
    )


WORDS = (
    "The severity figures for the first two months are in, but two recording forms were in use, so they cannot yet"
    " be compared. Health has offered its school nursing figures; the police have not yet said which records could"
    " be joined to ours."
)
PLAN = (
    "Everyone moves to the one form from the start of term, and the analyst enters the summer's cases again by the"
    " end of the month."
)
