"""How a form is answered: done at most once, or given back with what was typed and a sentence that says why."""

from collections.abc import Callable

from django.http import HttpRequest

from sscp.pages import Form

from .. import gather
from ..models import Rating
from ..operations import Overtaken, Refused, RequestReused, answer_once
from ..vocabulary import RatingStep
from . import person_of, sent


def once(request: HttpRequest, form: Form, do: Callable[[], str]) -> str:
    return answer_once(
        request_id=form.cleaned_data["request_id"],
        user=person_of(request).user,
        content=sent(request),
        do=do,
    )


def attempt(form: Form, do: Callable[[], str]) -> tuple[str, int]:
    """Do what the form asks for: (where to go, 303). Or ("", the status with which it goes back)."""
    if not form.is_valid():
        return "", 422
    try:
        return do(), 303
    except Refused as refused:
        for field, sentence in refused.errors.items():
            form.add_error(field if field in form.fields else None, sentence)
        return "", 422
    except Overtaken as overtaken:
        form.add_error(None, _overtaken(overtaken.latest))
    except RequestReused:
        form.add_error(None, "This form was sent before with other words. Look at it again and send it anew.")
    return "", 409


def _overtaken(latest: Rating | None) -> str:
    if latest is None:
        return (
            "This was changed after you opened the page, by somebody else or in another window of yours. Nothing of"
            " yours is recorded yet: the page shows how it stands now, and keeps what you wrote."
        )
    said = {
        RatingStep.PROVISIONAL: "sent an update",
        RatingStep.REMOVED: "took an update back",
        RatingStep.DEFERRED: "recorded Deferred",
        RatingStep.NOT_REACHED: "recorded Not reached",
        RatingStep.AGREED: f"recorded {latest.level.word if latest.level else ''}",
    }[RatingStep(latest.step)]
    at = latest.at.astimezone(gather.LONDON)
    return (
        f"{latest.for_post} {said} for “{latest.measure.name}” at {at:%H:%M}, {at:%-d %B %Y}, "
        "since you opened this page. Yours is not recorded. What stands now is below, and what you wrote is kept."
    )
