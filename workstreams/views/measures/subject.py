"""Who asks about which measure, and for which posts they may speak of it: what every form on its page begins with."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ... import gather, permissions
from ...models import Measure, Post
from ...operations import By, ratings
from ...permissions import Person, business_unit
from ...picture import Measure as Shown
from ...picture import Placed, PlanPicture
from .. import person_of, picture_for, speak_of


class Withdrawn(Http404):
    """The measure is not in the plan any more; its history is."""


@dataclass(frozen=True)
class Subject:
    """`posts`: those for which this person may send something of this measure, their own or any named one."""

    request: HttpRequest
    person: Person
    measure: Measure
    picture: PlanPicture
    placed: Placed
    posts: list[Post]

    @property
    def shown(self) -> Shown:
        """The measure as this person may see it."""
        return self.placed.measure

    @property
    def address(self) -> str:
        return reverse("workstreams:measure-page", args=[self.measure.pk])

    @property
    def on_behalf(self) -> bool:
        """They are the business unit, and none of the posts is theirs."""
        held = {a.post_id for a in self.person.appointments}
        return self.person.is_business_unit and not any(post.pk in held for post in self.posts)

    def by(self, post: Post) -> By:
        for appointment in permissions.acting_for(self.person, self.measure):
            if appointment.post_id == post.pk:
                return By(self.person.user, post, appointment.is_deputy)
        return By(business_unit(self.person).user, post)

    def may_read_words(self) -> bool:
        """Of what others propose for this measure."""
        everything = permissions.reader(self.person).everything
        return everything or bool(self.placed.action.post_ids & self.person.post_ids)

    def as_it_stands(self) -> "Subject":
        """The same after somebody else's commit, not as this request first saw it."""
        picture = gather.picture_for(permissions.reader(self.person), ratings.plan_of(self.measure))
        placed = picture.find(self.measure.pk)
        assert placed is not None  # found before, and measures are never deleted
        return Subject(self.request, self.person, self.measure, picture, placed, self.posts)


def find(request: HttpRequest, measure_id: int) -> Subject:
    """Raises Http404 where this person may not see the measure, Withdrawn where it is not in the plan any more."""
    person = person_of(request)
    measure = get_object_or_404(
        permissions.measures_visible_to(person).select_related(
            "action__outcome__plan__deciding_group", "action__workstream__plan__deciding_group"
        ),
        pk=measure_id,
    )
    plan = ratings.plan_of(measure)
    speak_of(request, plan)
    picture = picture_for(request, plan)
    placed = picture.find(measure.pk)
    if placed is None:
        raise Withdrawn("This measure has been withdrawn.")
    return Subject(request, person, measure, picture, placed, _posts(person, measure))


def _posts(person: Person, measure: Measure) -> list[Post]:
    """Nobody speaks for a measure of a draft, or of a plan that was closed."""
    if not ratings.plan_of(measure).is_current:
        return []
    if own := [a.post for a in permissions.acting_for(person, measure)]:
        return own
    if permissions.may_send_on_behalf(person):
        return [o.post for o in measure.action.officers.select_related("post").order_by("order")]
    return []
