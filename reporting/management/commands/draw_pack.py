"""`manage.py draw_pack`: the process that draws one pack which somebody asked for on a page."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting import operations
from workstreams.models import Drawing

SECONDS = 300  # for a whole pack, waiting included; each PDF has limits of its own


class Command(BaseCommand):
    help = "Draw a pack that was asked for on the packs page, which starts this by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("drawing", type=int)

    def handle(self, *args: Any, drawing: int, **options: Any) -> None:
        signal.alarm(SECONDS)
        try:
            self.draw(drawing)
        finally:
            signal.alarm(0)

    def draw(self, drawing: int) -> None:
        asked = Drawing.objects.select_related("version__plan", "by", "for_post").filter(pk=drawing).first()
        if asked is None:
            raise CommandError("Nobody asks for this drawing any more.")
        with operations.one_at_a_time(asked):
            if operations.carry_out(asked) is None:
                raise CommandError("It could not be drawn. The page says why.")
