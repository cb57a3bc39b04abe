"""What every page's frame shows: the menu with its counter, who is signed in, and which plan this is."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    return {"nav": {}}
