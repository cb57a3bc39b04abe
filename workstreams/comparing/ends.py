"""Which two moments of a plan are compared: those that were asked for, in order, or the last agreed edition and now."""

from dataclasses import dataclass
from urllib.parse import urlencode

from ..compare import End
from ..gather import Head, Moment, moment_at, moment_named, moment_of
from ..models import Ledger, Plan, Version
from ..words import dated
from .rows import upto


@dataclass(frozen=True)
class Ends:
    """The two moments in order; `turned` where they were asked for the other way round."""

    before: Head
    after: Head
    turned: bool = False

    @property
    def are_one(self) -> bool:
        """The same moment twice."""
        return upto(self.before) == upto(self.after) and self.before.today == self.after.today


def ends_named(plan: Plan, first: str, second: str, now: Head) -> Ends:
    """The moments as an address names them; "" for those that are compared unasked. Raises gather.NoMoment."""
    one, other = (moment_named(plan, text) if text else None for text in (first, second))
    return ends_of(plan, one, other, now)


def ends_of(plan: Plan, first: Moment | None, second: Moment | None, now: Head) -> Ends:
    """From `first`, or since the last agreed edition, to `second`, or to now."""
    asked = first or since(plan) or now, second or now
    before, after = sorted(asked, key=lambda moment: (upto(moment), moment.today))
    return Ends(before, after, turned=before is not asked[0])


def since(plan: Plan, before: Version | None = None) -> Moment | None:
    """The last edition that was agreed, or the last `before` another; where there is none, the record that began the
    plan."""
    editions = Version.objects.filter(plan=plan).agreed().frozen().order_by("-seq").defer("picture")
    if before is not None:
        editions = editions.filter(seq__lt=before.seq)
    if (agreed := editions.first()) is not None:
        return moment_of(agreed)
    began = Ledger.objects.filter(table=Plan._meta.db_table, row=str(plan.pk)).order_by("seq").first()
    return moment_at(plan, began.seq) if began else None


def address_of(plan: Plan, before: Moment | None, after: str = "") -> str:
    """What an address holds of two moments, "" for those that are compared unasked: "?plan=…&from=304&to=512"."""
    ends = (
        {"plan": plan.ref} | ({"from": before.address} if before else {}) | ({"to": after} if after else {})
    )
    return f"?{urlencode(ends)}"


def end_of(moment: Head) -> End:
    """A moment as it is printed."""
    return End(
        words=moment.words if isinstance(moment, Moment) else f"now, {dated(moment.today)}",
        address=moment.address if isinstance(moment, Moment) else "",
        on=moment.today,
        at=moment.at,
        seq=moment.seq,
        hash=moment.hash,
        is_agreed=isinstance(moment, Moment) and moment.is_agreed,
    )
