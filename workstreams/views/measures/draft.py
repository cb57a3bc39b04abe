"""Keeping what was typed: by the button that says so, pressed by hand or by the page itself."""

from dataclasses import dataclass

from django.contrib import messages
from django.utils import timezone

from sscp.pages import wants_region

from ...forms.measures import SAID, UpdateForm
from ...gather import LONDON
from ...operations.drafts import KeptElsewhere, keep_draft
from .subject import Subject


@dataclass(frozen=True)
class NotKept:
    """Why a draft was not kept, in a sentence. `elsewhere`: another window has a newer one."""

    sentence: str
    elsewhere: bool = False

    @property
    def status(self) -> int:
        return 409 if self.elsewhere else 422


def keep(subject: Subject, form: UpdateForm, *, insist: bool) -> NotKept | None:
    """Keep what was typed, finished or not. Private to the one who typed it."""
    unkeepable = _faults_in_keeping(form)
    if unkeepable or "request_id" in form.errors:
        return NotKept(f"Your draft is not saved. {unkeepable[0] if unkeepable else 'Open the page again.'}")
    try:
        draft = keep_draft(
            measure=subject.measure,
            user=subject.person.user,
            fields=form.typed,
            window=form.cleaned_data["request_id"],
            found=form.cleaned_data["draft"],
            insist=insist,
        )
    except KeptElsewhere as elsewhere:
        at = elsewhere.draft.saved_at.astimezone(LONDON)
        sentence = (
            f"Another window of yours saved a draft of this at {at:%H:%M}. What you type here is not saved."
        )
        form.add_error(None, sentence)
        return NotKept(sentence, elsewhere=True)
    if draft and not wants_region(subject.request):  # the page that keeps itself is told by its region
        at = timezone.localtime(draft.saved_at)
        messages.success(
            subject.request, f"Draft saved at {at:%H:%M}. Only you can see it until you send it."
        )
    return None


def _faults_in_keeping(form: UpdateForm) -> list[str]:
    """What can't be kept at all. What is only missing is forgiven: nothing is being sent."""
    form.full_clean()
    faults = {
        name: str(error.messages[0])
        for name, errors in form.errors.as_data().items()
        for error in errors
        if (name in SAID or name.startswith("figure_")) and error.code in ("unkeepable", "max_length")
    }
    for name in set(form.errors) - set(faults) - {"request_id"}:
        del form.errors[name]
    return list(faults.values())
