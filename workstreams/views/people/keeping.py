"""What the pages of people share: who keeps them, today, and how an appointment is said."""

from datetime import date

from django.http import Http404, HttpRequest

from ... import permissions
from ...models import Appointment
from ...operations import By
from ...permissions import Person
from .. import head_of, person_of


def unit_of(request: HttpRequest) -> Person:
    """Who asks, of the business unit. Raises Http404 for everybody else."""
    person = person_of(request)
    if not permissions.may_keep_people(person):
        raise Http404("Only the business unit keeps the list of people.")
    return person


def by_of(request: HttpRequest) -> By:
    return permissions.business_unit(person_of(request))


def today_of(request: HttpRequest) -> date:
    return head_of(request).today


def how(appointment: Appointment) -> str:
    """ "", or "deputy for "."""
    return "deputy for " if appointment.is_deputy else ""


def ended(appointment: Appointment, today: date) -> bool:
    return appointment.ends_on is not None and appointment.ends_on < today
