"""`manage.py import_plan FILE`: a plan from a Word document or workbook, with every question answered as assumed."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.db import transaction

from workstreams import gather, permissions
from workstreams.compare import Change, Kind
from workstreams.intake import gate
from workstreams.intake.document import Document, packed
from workstreams.intake.kinds import NotSafe
from workstreams.intake.matching import Matched, match
from workstreams.intake.parse import parse
from workstreams.intake.reading import NotAPlan, Question, Reading, read
from workstreams.intake.reading.counts import counts
from workstreams.models import Plan, Post, Upload, User, Version
from workstreams.operations import By, Overtaken, Refused, importing, people, recorded
from workstreams.operations.importing import Agreed, NewPlan
from workstreams.operations.uploads import known_here
from workstreams.picture import PlanPicture, to_json
from workstreams.vocabulary import PostKind, UploadKind
from workstreams.words import counted

COMMAND = "import_plan"
UNIT = "Business Unit"
NOBODY = "import-plan@command.invalid"  # the author of an import into a database in which nobody is yet
REFUSED = 2  # exit code

ASK_COLUMNS = (
    "What the columns of this file hold cannot be told from their headings. Read it on the page Imports, where"
    " each column can be named."
)
MEANWHILE = "The plan was changed while the file was read. Run this again."


@dataclass(frozen=True)
class File:
    """A file as it was read and matched with the plan that it is an edition of."""

    document: Document
    content: bytes
    reading: Reading
    plan: Plan | None
    live: PlanPicture | None
    matched: Matched

    @property
    def questions(self) -> tuple[Question, ...]:
        return (*self.reading.questions, *self.matched.questions)


class Command(BaseCommand):
    help = (
        "Read a plan from a Word document or an Excel workbook and apply it as one version; what is in doubt is"
        " answered as nothing is invented: not rated, no date, no post, kept. Exit 2, with a sentence, where the file"
        " is refused; nothing is written then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A .docx or .xlsx file.")
        parser.add_argument(
            "--plan",
            metavar="REF",
            default="",
            help="The plan that it is a newer edition of, or the short name of a new one. Without it: the plan with"
            " the same title, else a new one.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what it would change, and write nothing."
        )
        parser.add_argument(
            "--json", action="store_true", help="Print the picture, its counts and the questions as JSON."
        )
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            default="",
            help="Who of the business unit does this. Else: its first member.",
        )
        parser.add_argument(
            "--group",
            metavar="NAME",
            default="",
            help="The group that decides a new plan. Else: the Executive.",
        )
        ratings = parser.add_mutually_exclusive_group()
        ratings.add_argument(
            "--agreed-on",
            metavar="DATE",
            type=date.fromisoformat,
            help="The day (YYYY-MM-DD) on which its ratings were agreed. Else: the day that the file gives.",
        )
        ratings.add_argument("--without-ratings", action="store_true", help="Leave its ratings out.")

    def handle(self, *args: Any, **options: Any) -> None:
        file: File | None = None
        said = ""
        try:
            file = look(options["file"], options["plan"])
            agreed = None
            if not options["without_ratings"]:
                day = options["agreed_on"]
                agreed = Agreed(day) if day else importing.suggested_agreed(file.live, file.reading)
            changes = changes_of(file, agreed)
            if not options["dry_run"] and changes:
                said = done(apply(file, agreed, options))
        except (NotSafe, NotAPlan, Refused, Overtaken) as refused:
            sentence = (
                "The plan was changed meanwhile. Run this again."
                if isinstance(refused, Overtaken)
                else str(refused)
            )
            if options["json"]:
                self.print_json(None, sentence)
            raise CommandError(sentence, returncode=REFUSED) from None
        if options["json"]:
            self.print_json(file, None)
            return
        for line in summary(file, agreed, changes):
            self.stdout.write(line)
        self.stdout.write(f"\n{said or ('Nothing was written.' if changes else importing.HOLDS_ALL)}")

    def print_json(self, file: File | None, refused: str | None) -> None:
        """One object: where the file is refused, there is no picture, and nothing was counted."""
        answer = {
            "picture": to_json(file.reading.picture) if file else None,
            "counts": counts(file.reading.picture) if file else None,
            "questions": [asdict(question) for question in file.questions] if file else [],
            "refused": refused,
        }
        self.stdout.write(json.dumps(answer))  # in ASCII: a path need not be UTF-8, nor the terminal


# ---- reading


def look(path: str, ref: str) -> File:
    """Through the gate, parsed, read and matched. Raises NotSafe, NotAPlan or Refused."""
    content = content_of(path)
    document = parse(content, Path(path).name)
    plan = plan_of(ref)
    live = taken(plan)
    reading = read(document, known_here(live.key if live else ()))
    if not ref and (plan := importing.plan_titled(reading.picture.title)):
        live = taken(plan)
        reading = read(document, known_here(live.key if live else ()))
    if reading.needs_mapping:
        raise Refused(ASK_COLUMNS)
    return File(
        document,
        content,
        reading,
        plan,
        live,
        match(live, reading.picture, cells=reading.cells, name=document.name),
    )


def content_of(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(gate.FILE + 1)  # the gate refuses what is larger
    except OSError as problem:
        raise Refused(f"{path} cannot be read: {problem.strerror or problem}.") from None


def plan_of(ref: str) -> Plan | None:
    if not ref:
        return None
    try:
        validate_slug(ref)
    except ValidationError:
        raise Refused(
            f"“{ref}” cannot be the short name of a plan: letters, digits and hyphens can."
        ) from None
    return Plan.objects.filter(ref=ref).first()


def taken(plan: Plan | None) -> PlanPicture | None:
    return gather.take(plan, gather.head()) if plan else None


def changes_of(file: File, agreed: Agreed | None) -> tuple[Change, ...]:
    picture = importing.effect(file.live, file.matched.picture, with_ratings=agreed is not None)
    return importing.changes(file.live, picture)


# ---- applying


@transaction.atomic
def apply(file: File, agreed: Agreed | None, options: dict[str, Any]) -> Version:
    by = author(options["by"])
    new = None
    if file.plan is None:
        title = file.reading.picture.title or Path(file.document.name).stem
        ref = options["plan"] or importing.suggested_ref(title)
        group = options["group"] or importing.suggested_group(file.reading.picture.deciding_group)
        # A plan whose ratings its group has agreed is in force.
        new = NewPlan(ref, group, title=title, is_current=agreed is not None)
    elif options["group"] and options["group"] != file.plan.deciding_group.name:
        raise Refused(f"{file.plan.deciding_group.name} decides this plan.")
    upload = Upload(
        user=by.user,
        kind=UploadKind.PLAN,
        name=file.document.name,
        content=file.content,
        sha256=sha256(file.content).hexdigest(),
        document=packed(file.document),
    )
    return importing.apply_picture(
        plan=file.plan,
        matched=file.matched,
        upload=upload,
        by=by,
        seen=file.live.seq if file.live else None,
        agreed=agreed,
        new=new,
        label=importing.suggested_label(file.plan, file.reading),
        cells=file.reading.cells,
    )


def author(email: str) -> By:
    """Somebody of the business unit; where nobody is in it yet, a closed account that nobody can sign in with."""
    unit = [p for p in permissions.appointed(gather.today()) if p.is_business_unit and p.user.is_active]
    if email:
        person = next((p for p in unit if p.user.email.lower() == email.lower()), None)
        if person is None:
            raise Refused(f"Nobody in the business unit has the address {email}.")
        return permissions.business_unit(person)
    if unit:
        return permissions.business_unit(unit[0])
    post = Post.objects.filter(kind=PostKind.BUSINESS_UNIT, ends_on=None).order_by("pk").first()
    post = post or people.add_post(title=UNIT, kind=PostKind.BUSINESS_UNIT, by=COMMAND)
    user = User.objects.filter(email=NOBODY).first()
    if user is None:
        user = User(email=NOBODY, name="Import of a plan", is_active=False)
        user.set_unusable_password()
        with recorded(COMMAND):
            user.save()
    return By(user, post)


# ---- what it says


def done(version: Version) -> str:
    plan = version.plan
    return (
        f"Applied to the plan “{plan.ref}” ({plan.get_state_display().lower()}) as version {version.label}."
    )


def summary(file: File, agreed: Agreed | None, changes: tuple[Change, ...]) -> Iterable[str]:
    picture, numbers = file.reading.picture, counts(file.reading.picture)
    yield f"{picture.title or file.document.name}"
    nouns = ("workstream", "outcome", "action", "measure")
    yield ", ".join(counted(numbers[f"{noun}s"], noun) for noun in nouns) + "."
    rated = {word: n for word, n in numbers["ratings"].items() if n}
    if rated:
        words = ", ".join(f"{n} {word}" for word, n in rated.items())
        yield f"Ratings: {words}; {agreed_in_words(agreed)}."
    yield "Tags: " + ", ".join(f"{letter} {n}" for letter, n in numbers["tags"].items()) + "."
    for heading, kinds in (("New", {Kind.ADDED}), ("Withdrawn", {Kind.WITHDRAWN}), ("Changed", None)):
        some = [
            c for c in changes if (c.kind in kinds if kinds else c.kind not in (Kind.ADDED, Kind.WITHDRAWN))
        ]
        if some:
            yield f"\n{heading} ({len(some)}):"
            yield from (f"  {change.sentence}" for change in some)
    if file.questions:
        yield f"\nQuestions ({len(file.questions)}), with what was assumed:"
        for question in file.questions:
            yield f"  {'; '.join(question.at)}: {question.sentence}".replace("  : ", "  ")
            assumed = next(
                (c.label for c in question.choices if c.value == question.assumed), question.assumed
            )
            yield f"    Assumed: {assumed or 'nothing'}."
    if file.reading.notes:
        yield f"\nNotes ({len(file.reading.notes)}):"
        yield from (f"  {'; '.join(note.at)}: {note.sentence}" for note in file.reading.notes)


def agreed_in_words(agreed: Agreed | None) -> str:
    if agreed is None:
        return "left out, as nobody says when they were agreed"
    return f"agreed on {agreed.on:%-d %B %Y}"
