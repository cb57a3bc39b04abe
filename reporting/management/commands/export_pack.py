"""`manage.py export_pack`: a report to files, for a reader who sees everything."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reporting import excel, operations, pdf
from reporting.pack import CouldNotDraw, by_default, said
from workstreams.models import Plan, Version
from workstreams.picture import Reader
from workstreams.vocabulary import PackKind

EVERYTHING = Reader(everything=True)


class Command(BaseCommand):
    help = "Write the plan, or one of its frozen versions, as a PDF and a workbook."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own --version gives way to the plan's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pdf", type=Path, metavar="FILE")
        parser.add_argument("--xlsx", type=Path, metavar="FILE")
        parser.add_argument("--plan", metavar="REF", help="Only where there are several current plans.")
        parser.add_argument(
            "--version", metavar="LABEL", help="A frozen version; without it the plan as it stands now."
        )
        parser.add_argument(
            "--kind",
            choices=[kind.lower() for kind in PackKind.values],
            help="A version's pack: as it was issued, or as it would be where it has not been.",
        )

    def handle(
        self,
        *args: Any,
        pdf: Path | None = None,
        xlsx: Path | None = None,
        plan: str | None = None,
        version: str | None = None,
        kind: str | None = None,
        **options: Any,
    ) -> None:
        if pdf is None and xlsx is None:
            raise CommandError("Say where to write: --pdf FILE, --xlsx FILE or both.")
        if kind is None:
            files = _report(_plan(plan), version)
        elif version is None:
            raise CommandError("A pack is drawn from a frozen version: say which, with --version LABEL.")
        else:
            files = _pack(_version(_plan(plan), version), kind.upper())
        self.write(files, pdf, xlsx)

    def write(self, files: "Files", to_pdf: Path | None, to_xlsx: Path | None) -> None:
        try:
            if to_pdf:
                _replace(to_pdf, files.pdf())
            if to_xlsx:
                _replace(to_xlsx, files.xlsx())
        except CouldNotDraw as failure:
            raise CommandError(str(failure)) from failure
        except OSError as failure:
            raise CommandError(f"The report could not be written: {failure}") from failure
        written = ", ".join(str(path) for path in (to_pdf, to_xlsx) if path)
        self.stdout.write(f"{files.what}, up to record {files.seq}: {written}")


class Files(NamedTuple):
    """What is written: in words, up to which row of the ledger, and each file when it is wanted."""

    what: str
    seq: int
    pdf: Callable[[], bytes]
    xlsx: Callable[[], bytes]


def _report(plan: Plan, label: str | None) -> Files:
    if label is None:
        pack = operations.pack_now(plan, EVERYTHING)
    else:
        pack = operations.pack_of_version(_version(plan, label), EVERYTHING)
    return Files(
        pack.standing,
        pack.seq,
        lambda: pdf.draw(pack),
        lambda: excel.draw(pack, operations.history_of(pack, plan, EVERYTHING)),
    )


def _pack(version: Version, kind: str) -> Files:
    if issued := version.packs.filter(kind=kind).first():
        what = f"{issued}, as it was issued"
        return Files(what, issued.seq, lambda: bytes(issued.pdf), lambda: bytes(issued.xlsx))
    if kind not in operations.kinds_of(version):
        raise CommandError(f"Version {version.label} is not issued as {said(kind)}.")
    other = operations.compared_version(version, kind)
    pack = operations.pack_to_issue(version, kind, by_default(kind), other)
    return Files(
        f"{pack.kind_words}, not issued yet", pack.seq, lambda: pdf.draw(pack), lambda: excel.draw(pack)
    )


def _plan(ref: str | None) -> Plan:
    plans = Plan.objects.select_related("deciding_group").order_by("-pk")
    there_are = ", ".join(plans.values_list("ref", flat=True)) or "none"
    if ref is None:
        current = list(plans.current())
        if len(current) == 1:
            return current[0]
        raise CommandError(f"Say which plan, with --plan REF. There are: {there_are}.")
    plan = plans.filter(ref=ref).first()
    if plan is None:
        raise CommandError(f"There is no plan {ref!r}. There are: {there_are}.")
    return plan


def _version(plan: Plan, label: str) -> Version:
    versions = Version.objects.filter(plan=plan).order_by("-seq")
    version = versions.frozen().filter(label=label).select_related("plan__deciding_group").first()
    if version is not None:
        return version
    held = ", ".join(versions.frozen().order_by("seq").values_list("label", flat=True)) or "none"
    if versions.filter(label=label).exists():
        raise CommandError(
            f"Version {label} is only an entry in the register: its picture is not held. Held are: {held}."
        )
    raise CommandError(f"There is no version {label!r} of {plan.ref}. Held are: {held}.")


def _replace(path: Path, content: bytes) -> None:
    """The file is there whole or as it was before, never half written."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            os.chmod(draft.name, 0o666 & ~_umask())
            os.replace(draft.name, path)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
