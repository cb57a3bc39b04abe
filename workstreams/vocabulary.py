"""The partnership's words: tags, steps and kinds. Nothing else in the project defines a letter."""

import re

from django.db.models import TextChoices

# ---- people


class GroupKind(TextChoices):
    EXECUTIVE = "EXECUTIVE", "Executive group"
    SUBGROUP = "SUBGROUP", "Subgroup"
    TASK_AND_FINISH = "TASK_AND_FINISH", "Task and finish group"
    PARTNER_BOARD = "PARTNER_BOARD", "Partner board"
    OVERSIGHT_BOARD = "OVERSIGHT_BOARD", "Oversight board"


class PostKind(TextChoices):
    CHAIR = "CHAIR", "Chair"
    DSP = "DSP", "Delegated Safeguarding Partner"
    EXECUTIVE_CHAIR = "EXECUTIVE_CHAIR", "Chair of the Executive"
    BUSINESS_UNIT = "BUSINESS_UNIT", "Business unit"
    SCRUTINEER = "SCRUTINEER", "Independent scrutineer"
    OFFICER = "OFFICER", "Officer"
    BODY = "BODY", "Body"
    VIEWER = "VIEWER", "Partner staff"


class AppointmentKind(TextChoices):
    HOLDER = "HOLDER", "Holder"
    DEPUTY = "DEPUTY", "Deputy"
    MEMBER = "MEMBER", "Member of the team"


# Posts that are a team: any number of people are in them, each as a member.
TEAMS = (PostKind.BUSINESS_UNIT, PostKind.VIEWER)


# ---- the plan


class PlanShape(TextChoices):
    BUSINESS_PLAN = "BUSINESS_PLAN", "Business plan"
    INSPECTION = "INSPECTION", "Inspection action plan"
    IMPROVEMENT = "IMPROVEMENT", "Improvement plan"


class PlanState(TextChoices):
    DRAFT = "DRAFT", "Draft"
    CURRENT = "CURRENT", "Current"
    CLOSED = "CLOSED", "Closed"


class PassageKind(TextChoices):
    VISION = "VISION", "Vision"
    VALUES = "VALUES", "Values"
    PRIORITY = "PRIORITY", "Priority"
    ACHIEVEMENT = "ACHIEVEMENT", "Expected achievement"
    HELD_OVER = "HELD_OVER", "Held over from"
    TAG_KEY = "TAG_KEY", "Key to measure tags"
    NOTE = "NOTE", "Note"


class Token(TextChoices):
    """What the stylesheets colour. A plan's own key chooses among these; it never brings a colour."""

    BLUE = "BLUE", "Blue"
    GREEN = "GREEN", "Green"
    AMBER = "AMBER", "Amber"
    RED = "RED", "Red"
    GREY = "GREY", "Grey"


class OutcomeKind(TextChoices):
    REQUIRED = "REQUIRED", "Required outcome"
    EXPECTED = "EXPECTED", "Expected outcome"


class OfficerRole(TextChoices):
    LEAD = "LEAD", "Lead"
    DSL = "DSL", "Delegated Safeguarding Lead"
    SUPPORT = "SUPPORT", "Support"


class MeasureKind(TextChoices):
    IMPACT = "IMPACT", "Impact measure"
    PROGRESS = "PROGRESS", "Progress of the action"


class MeasureState(TextChoices):
    LIVE = "LIVE", "Live"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    CARRIED = "CARRIED", "Carried over"


class Recurrence(TextChoices):
    NONE = "NONE", "Once"
    NOT_SET = "NOT_SET", "Recurring, how often is not set"
    EVERY_MEETING = "EVERY_MEETING", "Every Executive meeting"
    SIX_WEEKLY = "SIX_WEEKLY", "Every six weeks"
    QUARTERLY = "QUARTERLY", "Every quarter"
    MONTHLY = "MONTHLY", "Every month"
    YEARLY = "YEARLY", "Every year"


class Precision(TextChoices):
    DAY = "DAY", "A day"
    MONTH = "MONTH", "A month, due on its last day"
    NONE = "NONE", "No date"


class Tag(TextChoices):
    """The letters of a measure (2023/24 plan, key to impact measure tags)."""

    MILESTONE = "M", "Milestone"
    RECURRING = "R", "Recurring"
    GROWTH = "G", "Growth"
    FUTURE = "F", "Future"


# Printed tags: "(G)(R) " before the first word, ". [M2]" after the last, in either bracket. A reference inside the
# sentence stays.
PRINTED_TAG = re.compile(r"\((?:M\d{0,2}|[RGF])\)|\[(?:M\d{0,2}|[RGF])\]")
TAGS_BEFORE = re.compile(rf"\A(?:\s*(?:{PRINTED_TAG.pattern}))+\s*")
TAGS_AFTER = re.compile(rf"\s*(?:(?:{PRINTED_TAG.pattern})\s*)+\.?\s*\Z")
NAME_LENGTH = 60


def without_tags(text: str) -> str:
    """A measure's text without its printed tags, for where they are shown beside it."""
    return TAGS_AFTER.sub("", TAGS_BEFORE.sub("", text))


def printed_tags(text: str) -> tuple[frozenset[str], int | None]:
    """(the letters, the milestone's level) that a measure's text prints around it; a reference inside is no tag."""
    around = [match[0] for tags in (TAGS_BEFORE, TAGS_AFTER) if (match := tags.search(text))]
    found = re.findall(r"[(\[](?:M(\d+)|([RGF]))[)\]]", "".join(around))
    levels = [int(level) for level, _ in found if level]
    return frozenset(letter for _, letter in found if letter), levels[-1] if levels else None


def short_name(text: str, length: int = NAME_LENGTH) -> str:
    """The first words of a measure's text without its tags, cut at a word: how a sentence names it."""
    words = " ".join(without_tags(text).split()).rstrip(".")
    if len(words) <= length:
        return words
    cut = words[: length + 1].rpartition(" ")[0] or words[:length]
    return cut.rstrip(" ,;:.-") + "…"


# ---- the record


class MeetingKind(TextChoices):
    REGULAR = "REGULAR", "Regular"
    EXTRAORDINARY = "EXTRAORDINARY", "Extraordinary"
    BETWEEN_MEETINGS = "BETWEEN_MEETINGS", "Between meetings"


# What a heading calls a meeting of the group that decides, before its day.
MEETING_NAMES = {
    MeetingKind.REGULAR: "{} meeting",
    MeetingKind.EXTRAORDINARY: "Extraordinary {} meeting",
    MeetingKind.BETWEEN_MEETINGS: "Decision between meetings",
}


class MeetingState(TextChoices):
    PLANNED = "PLANNED", "Planned"
    PAPERS_ISSUED = "PAPERS_ISSUED", "Papers issued"
    HELD = "HELD", "In session"
    CLOSED = "CLOSED", "Closed"
    CANCELLED = "CANCELLED", "Cancelled"


class RatingStep(TextChoices):
    """The steps of a rating's life. DEFERRED and NOT_REACHED leave the proposal standing."""

    PROVISIONAL = "PROVISIONAL", "Proposed"
    REMOVED = "REMOVED", "Taken out"
    DEFERRED = "DEFERRED", "Deferred"
    NOT_REACHED = "NOT_REACHED", "Not reached"
    AGREED = "AGREED", "Agreed"


# The steps that a meeting takes, and those of them that hold a proposal over.
DECISIONS = (RatingStep.AGREED, RatingStep.DEFERRED, RatingStep.NOT_REACHED)
HELD_OVER = (RatingStep.DEFERRED, RatingStep.NOT_REACHED)


class TargetStep(TextChoices):
    SET = "SET", "Set"
    ASKED = "ASKED", "Asked for"
    AGREED = "AGREED", "Agreed"
    REFUSED = "REFUSED", "Refused"


class ImpactStep(TextChoices):
    REPORTED = "REPORTED", "Reported"
    ACCEPTED = "ACCEPTED", "Accepted"
    NOT_ACCEPTED = "NOT_ACCEPTED", "Not accepted"


class VersionStep(TextChoices):
    REGISTER = "REGISTER", "Register entry"
    PROVISIONAL = "PROVISIONAL", "Provisional"
    WITHDRAWN = "WITHDRAWN", "Withdrawn"
    AGREED = "AGREED", "Agreed"


class ChallengeStep(TextChoices):
    """The steps of a challenge. Answers may be several; only the scrutineer raises and closes."""

    RAISED = "RAISED", "Raised"
    ANSWERED = "ANSWERED", "Answered"
    CLOSED = "CLOSED", "Closed"


class CheckKind(TextChoices):
    """What is checked of the proof, daily and after a restore."""

    HISTORY = "HISTORY", "History"
    FENCES = "FENCES", "Fences"


class RedactionState(TextChoices):
    """A redaction on its way: asked for by one person, done or refused by another."""

    ASKED = "ASKED", "Asked for"
    DONE = "DONE", "Done"
    REFUSED = "REFUSED", "Refused"


class PackKind(TextChoices):
    EXECUTIVE = "EXECUTIVE", "Executive pack"
    ADDENDUM = "ADDENDUM", "Addendum"
    PUBLISHED = "PUBLISHED", "Published edition"


class DrawingState(TextChoices):
    WAITING = "WAITING", "Waiting"
    DRAWING = "DRAWING", "Being drawn"
    FAILED = "FAILED", "Failed"


class News(TextChoices):
    """What a digest can tell somebody; each kind can be switched off."""

    DUE = "DUE", "An update is due soon"
    OVERDUE = "OVERDUE", "A target has passed"
    RETURNED = "RETURNED", "An update was returned to you"
    DECIDED = "DECIDED", "The Executive decided on a rating of yours"
    CHALLENGED = "CHALLENGED", "A challenge is raised or answered"
    REDACTION = "REDACTION", "Somebody asks for words to be taken out of the record"
    WEEKLY = "WEEKLY", "The weekly letter with the newest record of the ledger"


class UploadKind(TextChoices):
    PLAN = "PLAN", "A plan"
    ANSWERS = "ANSWERS", "A workbook with answers"


class UploadState(TextChoices):
    READ = "READ", "Read, and not applied"
    APPLIED = "APPLIED", "Applied"


class RecommendationStatus(TextChoices):
    NOT_STATED = "NOT_STATED", "Not stated"
    OPEN = "OPEN", "Open"
    MET = "MET", "Met"


# The longest words any field of an update holds. The Executive reads them in a meeting.
WORDS_LIMIT = 3_000
NO_CHANGE = "No change"
