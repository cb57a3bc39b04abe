"""The challenges of a plan from their steps, each with the posts that it asks."""

from datetime import date

from .. import picture as p
from ..models import Challenge
from ..vocabulary import ChallengeStep, RatingStep
from ..words import dated
from .rows import Row, Rows, rows_by, signed

# What a rating is called that did not say a level.
_WITHOUT_LEVEL = {
    RatingStep.REMOVED: "an update taken out",
    RatingStep.DEFERRED: "an update deferred",
    RatingStep.NOT_REACHED: "an update not reached",
}


def challenges_of(rows: Rows) -> tuple[p.Challenge, ...]:
    """All that were raised, oldest first. One about a workstream or the plan asks all the posts in it."""
    replies = rows_by(rows["challenge"], "in_reply_to_id")
    seqs = {row["row"]: row["seq"] for row in rows["ledger"] if row["table"] == Challenge._meta.db_table}
    titles = {post["id"]: post for post in rows["post"]}
    ratings = {row["after"]["id"]: row for row in rows["challenged"]}
    levels = {row["id"]: row["word"] for row in rows["level"]}
    held_on = {row["id"]: row["held_on"] for row in rows["meeting"]}
    asked = {row["id"]: row for row in rows["asked"]}

    def seq(row: Row) -> int:
        return int(seqs.get(str(row["id"]), 0))

    def said(questioned: Row) -> str:
        """ "Amber, agreed on 18 July 2023, corrected since"."""
        rating, since = questioned["after"], ", corrected since" if questioned["corrected"] else ""
        step = RatingStep(rating["step"])
        met = held_on.get(rating["meeting_id"]) if step != RatingStep.PROVISIONAL else None
        on = dated(met or date.fromisoformat(rating["effective_on"]))
        if without := _WITHOUT_LEVEL.get(step):
            return f"{without} on {on}{since}"
        return f"{levels.get(rating['level_id'], 'a level')}, {step.label.lower()} on {on}{since}"

    return tuple(
        p.Challenge(
            id=row["id"],
            seq=seq(row),
            text=row["text"],
            at=row["at"],
            post=signed(row, titles),
            post_ids=asked[row["id"]]["posts"] if row["id"] in asked else (),
            title=asked[row["id"]]["title"] if row["id"] in asked else "",
            workstream_id=row["workstream_id"],
            measure_id=row["measure_id"],
            rating_id=row["rating_id"],
            rating_seq=ratings[row["rating_id"]]["seq"] if row["rating_id"] in ratings else 0,
            rating=said(ratings[row["rating_id"]]) if row["rating_id"] in ratings else "",
            replies=tuple(
                p.Reply(r["id"], seq(r), r["step"], r["text"], r["at"], signed(r, titles))
                for r in replies[row["id"]]
            ),
        )
        for row in rows["challenge"]
        if row["step"] == ChallengeStep.RAISED
    )
