"""How often one person may ask for what costs the server most; whoever asks too often hears when to come back."""

import logging
import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit  # its public door counts no GET, and doesn't say how long to wait
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sscp.pages import render_page
from sscp.typed import Typed

log = logging.getLogger(__name__)

# What each limit counts, as its refusal says it. How many in how long stands in the settings, with the reasons.
KINDS = {
    "exports": ("take out", "file"),
    "uploads": ("hand in", "file"),
    "searches": ("search", "time"),
    "checks": ("check", "time"),
}

View = Callable[..., HttpResponseBase]


def always(request: HttpRequest) -> bool:
    return True


def is_sent(request: HttpRequest) -> bool:
    return request.method == "POST"


def asks(request: HttpRequest) -> bool:
    return bool(request.GET.get("q", "").strip())


def limited(kind: str, counts: Callable[[HttpRequest], bool] = always) -> Callable[[View], View]:
    """Count this view's requests of one signed-in person, as far as `counts` says, and refuse too many with 429.

    All views of a kind are counted together, whether they then find something or refuse. The window slides, and
    a refusal isn't counted, so whoever waits as long as they are told gets through.

    Counting goes one at a time through a lock in the cache that all processes share, so they never let more through
    together than one would, with one exception: a process that stands still for ten seconds while it counts loses
    the lock, and what it counts may overwrite another's. Whoever can't get the lock for a second is refused for one.
    A cache that is emptied begins anew, and at home, without a shared cache, each process counts for itself.
    """
    assert kind in KINDS, kind

    def limit(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if counts(request) and (wait := _count(request, kind)):
                return _refused(request, kind, wait)
            return view(request, *args, **kwargs)

        answer.limit = kind  # type: ignore[attr-defined]  # for whoever walks the addresses
        return answer

    return limit


def _rate(kind: str) -> ratelimit.Rate:
    return ratelimit.parse_rate(settings.LIMITS[kind])


def _count(request: HttpRequest, kind: str) -> int:
    """0, and the request is counted; or the seconds until the next one gets through."""
    if ratelimit.consume(request, app="sscp", action=kind, config=settings.LIMITS, limit_get=True):
        return 0
    rate = _rate(kind)
    counted = cache.get(ratelimit.get_cache_key(request, app="sscp", action=kind, rate=rate), [])
    if len(counted) < rate.amount:
        return 1  # so many of theirs arrived at one moment that this one could not be counted
    return max(1, math.ceil(counted[-1] + rate.duration - time.time()))


def _refused(request: HttpRequest, kind: str, wait: int) -> HttpResponse:
    log.warning("too many %s", kind, extra={"user": request.user.pk, "page": request.path, "wait": wait})
    rate, (verb, noun) = _rate(kind), KINDS[kind]
    typed = Typed.of(request) if is_sent(request) else None
    context = {
        "most": f"{verb} {_some(rate.amount, noun)} in {in_words(rate.duration)}",
        "wait": in_words(wait),
        "typed": None if request.FILES else typed,  # a file can't be shown again: it is chosen again
        "kept": typed.words if typed else [],
    }
    response = render_page(request, "429.html", context, region="refused", status=429)
    response["Retry-After"] = str(wait)
    return response


def in_words(seconds: float) -> str:
    """ "40 seconds", "7 minutes": never less than it is."""
    if seconds < 60:
        return _some(math.ceil(seconds), "second")
    return _some(math.ceil(seconds / 60), "minute")


def _some(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
