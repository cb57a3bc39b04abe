"""The papers: highlight reports, versions of the plan, frozen, and the packs drawn from them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ..life import PapersOut
from ..vocabulary import DrawingState, MeetingState, PackKind, VersionStep
from ..words import dated
from .people import Group, Post, User
from .plan import Measure, Plan
from .record import AppendOnly, Meeting, Rating


class HighlightReport(models.Model):
    """What a group tells the meeting beside its ratings. One a group and meeting; frozen when papers are issued."""

    WORDS: ClassVar = ("key_updates", "risks", "mitigating_actions", "achievements")

    group = models.ForeignKey(Group, models.PROTECT, related_name="highlight_reports")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="highlight_reports")
    key_updates = models.TextField()
    risks = models.TextField(blank=True)
    mitigating_actions = models.TextField(blank=True)
    achievements = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="highlight_reports")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="highlight_reports")
    as_deputy = models.BooleanField(default=False)

    class Meta:
        ordering = ["group__name"]
        constraints = [
            models.UniqueConstraint("group", "meeting", name="a_group_reports_once_to_a_meeting"),
            models.CheckConstraint(name="a_highlight_report_says_what_is_new", condition=~Q(key_updates="")),
        ]


class VersionQuerySet(models.QuerySet["Version"]):
    def frozen(self) -> "VersionQuerySet":
        return self.filter(picture__isnull=False)

    def agreed(self) -> "VersionQuerySet":
        return self.filter(step=VersionStep.AGREED)

    def of_meeting(self, meeting: Meeting) -> "VersionQuerySet":
        """What was frozen of one plan for a meeting since its papers were last withdrawn: papers, then addenda, in
        order. Of several plans, ask each by itself."""
        papers = self.filter(meeting=meeting).defer("picture").order_by("seq")
        withdrawn = (
            papers.filter(step=VersionStep.WITHDRAWN).order_by("-seq").values_list("seq", flat=True).first()
        )
        return papers.filter(step=VersionStep.PROVISIONAL, seq__gt=withdrawn or 0)

    def papers_of(self, meeting: Meeting) -> "Version | None":
        """The papers that stand for a meeting; its addenda come after them."""
        return self.of_meeting(meeting).first()

    def papers_out(self, plan: Plan) -> PapersOut | None:
        """The papers of the meeting that is in session, else of the next one, where they are out."""
        states = [MeetingState.HELD, MeetingState.PAPERS_ISSUED]
        meetings = Meeting.objects.filter(group=plan.deciding_group_id, state__in=states).regular()
        for meeting in sorted(meetings, key=lambda m: (not m.is_held, m.held_on)):
            issued = list(self.filter(plan=plan).of_meeting(meeting).values_list("at", flat=True))
            if issued:
                return PapersOut(meeting.pk, issued[0], issued[-1])
        return None


class Version(AppendOnly):
    """A version of the plan. Ordered by `seq`, never by label: 0.12 follows 0.11, and 1.10 follows 1.9."""

    # A frozen picture is bulk: the ledger holds its hash.
    hashed_in_the_ledger = ("picture",)

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=12, choices=VersionStep)
    changes = models.TextField()
    editors = models.CharField(max_length=200, blank=True)
    dated = models.DateField()
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="versions")
    picture = models.JSONField(null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "seq"]
        constraints = [
            models.UniqueConstraint("plan", "seq", name="a_version_has_its_place_in_the_plan"),
            models.UniqueConstraint("plan", "label", "step", name="a_version_label_is_used_once_a_step"),
            models.CheckConstraint(
                name="an_agreed_version_names_its_meeting",
                condition=~Q(step=VersionStep.AGREED) | Q(meeting__isnull=False),
            ),
            models.CheckConstraint(
                name="a_register_entry_has_no_picture",
                condition=~Q(step=VersionStep.REGISTER) | Q(picture__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.label}"

    @property
    def is_agreed(self) -> bool:
        return self.step == VersionStep.AGREED

    @property
    def meeting_day(self) -> str:
        """The day of its meeting, and the one that its papers were for where that was another; "" without one."""
        if self.meeting is None:
            return ""
        day, papers_for = self.meeting.held_on, self.dated
        moved = self.step == VersionStep.PROVISIONAL and papers_for != day
        return f"{dated(day)}, planned for {dated(papers_for)}" if moved else dated(day)

    @property
    def corrections(self) -> models.QuerySet[Rating]:
        """What was corrected of its meeting's decisions after it was frozen."""
        later = Rating.objects.filter(meeting=self.meeting_id, corrects__isnull=False, at__gt=self.at)
        own = Measure.objects.filter(
            Q(action__outcome__plan=self.plan_id) | Q(action__workstream__plan=self.plan_id)
        )
        return later.filter(measure__in=own).order_by("pk")


class PackQuerySet(models.QuerySet["Pack"]):
    def without_files(self) -> "PackQuerySet":
        """For a list: each row without its megabytes."""
        return self.defer(*Pack.hashed_in_the_ledger, "version__picture", "compared_with__picture")


class Pack(AppendOnly):
    """A drawing of a frozen version, kept as it was handed out. Drawn again, it gives the same bytes."""

    # Files are bulk: the ledger holds their hashes, and so does the row.
    hashed_in_the_ledger = ("pdf", "xlsx", "html")

    version = models.ForeignKey(Version, models.PROTECT, related_name="packs")
    compared_with = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="compared_in"
    )
    kind = models.CharField(max_length=10, choices=PackKind)
    contents = models.JSONField(help_text="The parts that were chosen, in the order they are printed.")
    pdf = models.BinaryField()
    xlsx = models.BinaryField()
    html = models.BinaryField(null=True, blank=True)
    pdf_hash = models.CharField(max_length=64)
    xlsx_hash = models.CharField(max_length=64)
    html_hash = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField()
    seq = models.BigIntegerField(help_text="The newest ledger row that its version contains.")
    by = models.ForeignKey(User, models.PROTECT, related_name="packs")
    for_post = models.ForeignKey(Post, models.PROTECT, related_name="packs")
    as_deputy = models.BooleanField(default=False)

    objects = PackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("version", "kind", name="a_version_is_issued_once_as_each_kind_of_pack"),
            models.CheckConstraint(
                name="a_published_edition_has_a_page",
                condition=~Q(kind=PackKind.PUBLISHED) | (Q(html__isnull=False) & ~Q(html_hash="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version.label}"


class Drawing(models.Model):
    """A pack on its way: what was asked for, and how far it is. Gone when the pack is there; not history."""

    fenced = False

    version = models.ForeignKey(Version, models.CASCADE, related_name="drawings")
    kind = models.CharField(max_length=10, choices=PackKind)
    contents = models.JSONField()
    state = models.CharField(max_length=8, choices=DrawingState, default=DrawingState.WAITING)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=1)
    doing = models.CharField(max_length=200, blank=True, help_text="What is drawn now, in words.")
    why = models.TextField(blank=True, help_text="Why it failed, in a sentence.")
    moved_at = models.DateTimeField(auto_now=True)
    by = models.ForeignKey(User, models.CASCADE, related_name="drawings")
    for_post = models.ForeignKey(Post, models.CASCADE, related_name="drawings")
    as_deputy = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("version", "kind", name="a_pack_is_drawn_once_at_a_time")]
