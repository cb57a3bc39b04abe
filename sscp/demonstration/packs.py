"""The packs of the demonstration, drawn as they were issued; where they can't be drawn it does without."""

from collections.abc import Callable
from datetime import timedelta

from reporting.operations import issue_pack
from reporting.pack import CouldNotDraw
from workstreams.models import Version
from workstreams.vocabulary import PackKind

from .stage import Stage


class Packs:
    def __init__(self, stage: Stage, wanted: bool, tell: Callable[[str], None]) -> None:
        self.stage, self.wanted, self.tell = stage, wanted, tell

    def issue(self, version: Version, kind: PackKind) -> None:
        """Half an hour after its version. The first that can't be drawn is the last that is tried."""
        if not self.wanted:
            return
        self.tell(f"Drawing the {kind.label.lower()} of version {version.label}")
        self.stage.clock(self.stage.now + timedelta(minutes=30))
        try:
            issue_pack(version, kind, None, self.stage.by("business-unit"))
        except CouldNotDraw as why:
            self.wanted = False
            self.tell(f"The packs are left out: {why}")
