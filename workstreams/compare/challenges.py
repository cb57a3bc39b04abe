"""What was asked, answered and closed by the scrutineer's challenges."""

from collections.abc import Iterator

from ..challenges import Told, told
from ..picture import Challenge, PlanPicture, Reply
from ..vocabulary import short_name
from ..words import dated
from .change import Change, Kind


def challenges_changed(before: PlanPicture, after: PlanPicture) -> Iterator[Change]:
    """Each that was raised since, then what was replied to it and to older ones, in the order of their raising.

    What was said by then is no news, though it asks this reader only now.
    """
    known = {c.id for c in before.challenges} | {r.id for c in before.challenges for r in c.replies}

    def is_new(said: Challenge | Reply) -> bool:
        return said.id not in known and not 0 < said.seq <= before.seq

    for each in told(after):
        challenge, name = each.challenge, _named(each)
        about = (challenge.measure_id, each.ref)
        row = ("challenge", challenge.id)
        if is_new(challenge):
            rating = f"questioned the rating “{challenge.rating}”" if challenge.rating else ""
            did = rating or "raised a challenge"
            sentence = f"{name}: the scrutineer {did} on {dated(challenge.on)}."
            yield Change(Kind.CHALLENGED, *about, sentence, seq=challenge.seq, row=row, name=name)
        for reply in challenge.replies:
            if not is_new(reply):
                continue
            kind = Kind.CLOSED if reply.closes else Kind.ANSWERED
            did = (
                f"closed the challenge of {dated(challenge.on)}"
                if reply.closes
                else "answered the scrutineer"
            )
            sentence = f"{name}: {reply.post} {did} on {dated(reply.on)}."
            yield Change(kind, *about, sentence, seq=reply.seq, row=row, name=name)


def _named(each: Told) -> str:
    return f"{each.ref} {short_name(each.name)}".strip()
