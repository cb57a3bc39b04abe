"""Which measure is meant, as at a moment: also one that was withdrawn since, or deleted from a draft."""

from django.http import Http404, HttpRequest

from ... import permissions
from ...models import Measure
from ...operations import ratings
from .. import moments, person_of, plans_of, speak_of
from ..moments import AsAt, NoSuchMoment
from .subject import Subject


def find_then(request: HttpRequest, measure_id: int) -> tuple[Subject, AsAt]:
    """Raises Http404 where this person may not see the measure, NoSuchMoment where it was not in the plan then."""
    person = person_of(request)
    measure = (
        permissions.measures_visible_to(person)
        .select_related("action__outcome__plan__deciding_group", "action__workstream__plan__deciding_group")
        .filter(pk=measure_id)
        .first()
    )
    deleted = measure is None and permissions.may_edit_plan(person)  # perhaps: drafts are theirs alone
    for plan in [ratings.plan_of(measure)] if measure else plans_of(request) if deleted else []:
        speak_of(request, plan)
        as_at = moments.as_at_of(request, plan)
        picture = moments.picture_as_at(request, plan, as_at)
        if placed := picture.find(measure_id):
            known = measure or Measure(pk=measure_id)
            return Subject(request, person, known, picture, placed, posts=[]), as_at
        if measure and as_at.moment:
            raise NoSuchMoment(f"This measure was not in the plan as at {as_at.moment.words}.", as_at)
    raise Http404("There is no such measure.")
