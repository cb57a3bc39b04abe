"""One measure: its facts, its ratings and figures, the update, its impact and date, the timeline."""

from .page import measure_page

__all__ = ["measure_page"]
