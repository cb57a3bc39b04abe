"""The workbook in which somebody answers for a post, to fill in and bring back."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from sscp.limits import limited
from workstreams import gather, permissions
from workstreams.models import Plan

from .. import excel
from ..pack import answers_of, named
from . import WORKBOOK, reader_of
from .reports import drawn


@require_safe
@limited("exports")
def workbook_xlsx(request: HttpRequest, post_id: int) -> HttpResponse:
    """What the next meetings ask of a post. For whoever answers for it, and for the business unit to send on."""
    person = reader_of(request)
    post = get_object_or_404(permissions.posts_answered_by(person), pk=post_id)
    head, reader = gather.head(), permissions.reader(person)
    plans = Plan.objects.current().select_related("deciding_group").order_by("-pk")
    answers = answers_of(
        [gather.picture_for(reader, plan, head) for plan in plans],
        post=post.pk,
        title=post.title,
        posts=permissions.posts_of(post),
        person=person.user.pk,
        partnership=settings.PARTNERSHIP_NAME,
        key=settings.SECRET_KEY,
        at=head.at,
    )
    if answers is None:
        raise Http404("Nothing is asked of this post now.")
    name = named("updates", post.title, answers.on, "xlsx")
    return drawn(request, answers, name, WORKBOOK, lambda: excel.draw_answers(answers))
