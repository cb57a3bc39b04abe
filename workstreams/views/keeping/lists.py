"""The plan's key and its texts, each as a list whose rows are moved, changed and added to."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sscp.pages import render_page

from ...operations import newest_rows
from ...vocabulary import PassageKind
from .. import see_other
from .moves import answer_move, lined_up, rows_in_line, some_move
from .nouns import address_of, kept_plan, rows_of


def key_page(request: HttpRequest, ref: str) -> HttpResponse:
    """The words in which the plan's measures are rated."""
    plan = kept_plan(request, ref)
    address = reverse("workstreams:key-page", args=[ref])
    went, status, form = answer_move(request, plan, lambda _: address)
    if went:
        return see_other(went)
    levels = list(rows_of(plan, "levels").order_by("order", "pk"))
    rows = lined_up((level for level in levels if not level.withdrawn), lambda level: address_of(plan, level))
    return render_page(
        request,
        "workstreams/key_page.html",
        {
            "plan": plan,
            "form": form,
            "address": address,
            "moving": some_move(rows),
            "levels": rows,
            "withdrawn": [(level, address_of(plan, level)) for level in levels if level.withdrawn],
        },
        region="list",
        status=status,
    )


def texts_page(request: HttpRequest, ref: str) -> HttpResponse:
    """What stands in the plan beside its tables, kind by kind."""
    plan = kept_plan(request, ref)
    address = reverse("workstreams:texts-page", args=[ref])
    went, status, form = answer_move(request, plan, lambda _: address)
    if went:
        return see_other(went)
    texts = list(rows_of(plan, "texts").order_by("order", "pk"))
    seen = newest_rows(texts)
    kinds = [
        (kind, rows_in_line([t for t in texts if t.kind == kind], seen, lambda text: address_of(plan, text)))
        for kind in PassageKind
    ]
    return render_page(
        request,
        "workstreams/texts_page.html",
        {
            "plan": plan,
            "form": form,
            "address": address,
            "moving": any(some_move(rows) for _, rows in kinds),
            "kinds": kinds,
        },
        region="list",
        status=status,
    )
