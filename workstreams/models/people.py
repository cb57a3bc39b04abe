"""People: accounts, groups, the posts the plan names, and who is appointed to them."""

from datetime import date
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from ..vocabulary import AppointmentKind, GroupKind, PostKind


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, name: str = "") -> "User":
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. What it may do follows from its appointments, never from a flag here."""

    # A sign-in is not a change of the plan, and a secret never enters the ledger.
    outside_the_ledger = ("password", "last_login")

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


class Group(models.Model):
    """A board or subgroup. Groups come, go and are renamed; their posts outlive people."""

    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=GroupKind)
    reports_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reporting")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.short_name or self.name


class Post(models.Model):
    """A post as the plan prints it ("Chair of MASH Steering Group"), with its other spellings."""

    title = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=PostKind)
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="posts")
    organisation = models.CharField(max_length=120, blank=True)
    spellings = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Appointment(models.Model):
    """A person in a post, from a day to a day (both included). Its end ends access on the next request."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=10, choices=AppointmentKind, default=AppointmentKind.HOLDER)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_appointment_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="a_post_has_one_holder_on_a_day",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(kind=AppointmentKind.HOLDER),
                violation_error_message="Somebody already holds this post on one of those days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.post}"

    @property
    def is_deputy(self) -> bool:
        return self.kind == AppointmentKind.DEPUTY
