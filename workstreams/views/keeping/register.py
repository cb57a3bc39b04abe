"""The register of what reviewers outside the partnership recommended: its rows, and where plans cite them."""

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ... import permissions
from ...forms import keeping as forms
from ...models import Recommendation
from ...operations import plan as planning
from .. import person_of, whole
from ..panels import Panel, answer, data_of, form_asked, seen_of
from .nouns import by_of


def recommendations_page(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if not permissions.may_read_plan(person):
        raise Http404("The register is not open to this person.")
    if not permissions.may_edit_plan(person):
        raise PermissionDenied("The business unit keeps the register.")
    register = list(Recommendation.objects.annotate(citations=Count("cited")).order_by("source", "reference"))
    panel = _panel(request, {f"change-{r.pk}": r for r in register})
    address = reverse("workstreams:recommendations-page")
    answered, status = answer(request, panel, address)
    if answered:
        return answered
    return render_page(
        request,
        "workstreams/recommendations_page.html",
        {
            "register": register,
            "panel": panel,
            "form": panel.form if panel else None,
            "address": address,
        },
        status=status,
    )


def _panel(request: HttpRequest, known: dict[str, Recommendation]) -> Panel | None:
    asked = form_asked(request, ("add", *known))
    if asked == "add":
        form = forms.RecommendationForm(data_of(request))
        return Panel(
            key=asked,
            heading="Add a recommendation",
            button="Add the recommendation",
            form=form,
            do=lambda: planning.register_recommendation(by=by_of(request), **form.facts()),
            said=lambda: "Added to the register.",
        )
    if not asked:
        return None
    item = known[asked]
    form = forms.RecommendationForm(
        data_of(request), initial=forms.RecommendationForm.told(item) | seen_of(item)
    )
    return Panel(
        key=asked,
        heading=f"Change {item}",
        button="Keep the change",
        form=form,
        of=item,
        explains="Every plan that cites it shows it as you write it.",
        do=lambda: planning.change(
            item=item, by=by_of(request), seen=whole(form.cleaned_data["seen"]) or 0, **form.facts()
        ),
        said=lambda: "Kept as you wrote it.",
    )
