"""Who holds which post, and how they get in."""

from django.http import Http404, HttpRequest, HttpResponse

from .. import permissions
from . import person_of


def people_page(request: HttpRequest) -> HttpResponse:
    if not permissions.may_keep_people(person_of(request)):
        raise Http404("Only the business unit keeps the list of people.")
    return HttpResponse()


def invitation_page(request: HttpRequest) -> HttpResponse:
    if not permissions.may_keep_people(person_of(request)):
        raise Http404("Only the business unit invites people.")
    return HttpResponse()
