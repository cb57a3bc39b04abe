"""Who holds which post: one holder a day, deputies free, the scrutineer nothing else, the unit never empty."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import TODAY, together
from workstreams import permissions
from workstreams.models import Appointment, Group, Ledger, Level, Post, User
from workstreams.operations import Overtaken, Refused, newest_row, people, ratings, recorded, settle
from workstreams.vocabulary import AppointmentKind, GroupKind, PostKind

DAY = timedelta(days=1)
HOLDER, DEPUTY = AppointmentKind.HOLDER, AppointmentKind.DEPUTY


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").by


@pytest.fixture
def post(unit):
    """A chair that nobody holds yet."""
    group = people.add_group(name="Voice Group", short_name="Voice", kind=GroupKind.SUBGROUP, by=unit)
    return people.add_post(title="Chair of Voice Group", kind=PostKind.CHAIR, group=group, by=unit)


@pytest.fixture
def newcomer(unit):
    """Somebody with an account and no appointment: `newcomer("ada")`."""

    def make(name):
        with recorded(unit):
            return User.objects.create_user(f"{name}@example.org", name=name.title())

    return make


@pytest.fixture
def appoint(unit, post):
    def act(user, starts=0, ends=None, kind=HOLDER, post=post):
        return people.appoint(
            user=user,
            post=post,
            starts_on=TODAY + starts * DAY,
            ends_on=None if ends is None else TODAY + ends * DAY,
            kind=kind,
            by=unit,
        )

    return act


def refusal(do, *args, **how):
    with pytest.raises(Refused) as refused:
        do(*args, **how)
    return refused.value.errors


def speak(chair, measure):
    """Something that they do in their post today."""
    ratings.send_update(
        measure=measure,
        level=Level.objects.get(code="G"),
        words="It goes well.",
        by=chair.by,
        seen=measure.ratings.latest("pk").pk,
    )


# ---- one holder a day


@pytest.mark.parametrize(
    ("starts", "ends", "free"),
    [
        (0, None, False),
        (-100, -11, True),
        (-100, -10, False),
        (-100, None, False),
        (-10, 10, False),
        (0, 0, False),
        (10, None, False),
        (11, None, True),
        (11, 11, True),
    ],
)
def test_a_post_has_one_holder_on_a_day(starts, ends, free, appoint, newcomer):
    """Held from ten days ago to ten days on, both included."""
    appoint(newcomer("ada"), -10, 10)
    other = newcomer("ben")
    if free:
        assert appoint(other, starts, ends).pk
    else:
        assert set(refusal(appoint, other, starts, ends)) == {"post"}
        assert not Appointment.objects.filter(user=other).exists()


def test_nobody_follows_a_holder_whose_end_is_open(appoint, newcomer):
    appoint(newcomer("ada"), -10)
    assert "already holds" in refusal(appoint, newcomer("ben"), 5000)["post"]


@pytest.mark.parametrize(("starts", "ends", "free"), [(10, None, False), (11, None, True), (-20, -11, True)])
def test_the_database_itself_holds_it(starts, ends, free, appoint, newcomer, post, unit):
    """The exclusion constraint, without the operation that asks before."""
    appoint(newcomer("ada"), -10, 10)
    other = newcomer("ben")

    def write():
        with transaction.atomic(), recorded(unit):
            Appointment.objects.create(
                user=other,
                post=post,
                kind=HOLDER,
                starts_on=TODAY + starts * DAY,
                ends_on=None if ends is None else TODAY + ends * DAY,
            )

    if free:
        write()
    else:
        with pytest.raises(IntegrityError, match="a_post_has_one_holder_on_a_day"):
            write()


SPANS = st.tuples(st.integers(-30, 30), st.none() | st.integers(0, 20)).map(
    lambda drawn: (drawn[0], None if drawn[1] is None else drawn[0] + drawn[1])
)


@given(spans=st.lists(SPANS, min_size=1, max_size=6))
@settings(max_examples=40)
def test_no_calendar_of_appointments_gives_a_day_two_holders(spans, django_db_blocker, django_db_setup):
    """Whatever is tried in whatever order, what was taken never overlaps and what was refused would have."""
    with django_db_blocker.unblock(), transaction.atomic():
        holders = []
        with recorded("test"):
            post = Post.objects.create(title="Chair of Voice Group", kind=PostKind.CHAIR)
            users = [User.objects.create_user(f"person-{n}@example.org") for n in range(len(spans))]
        for user, (starts, ends) in zip(users, spans, strict=True):
            days = set(range(starts, (200 if ends is None else ends) + 1))
            free = not any(days & taken for taken in holders)
            try:
                people.appoint(
                    user=user,
                    post=post,
                    starts_on=TODAY + starts * DAY,
                    ends_on=None if ends is None else TODAY + ends * DAY,
                    by="test",
                )
            except Refused:
                assert not free
            else:
                assert free
                holders.append(days)
        transaction.set_rollback(True)


def test_two_who_are_appointed_at_once_leave_one_holder(stage, cast):
    unit = cast("business-unit").by
    post = people.add_post(title="Chair of Voice Group", kind=PostKind.CHAIR, by=unit)
    with recorded(unit):
        users = [User.objects.create_user(f"person-{n}@example.org") for n in range(6)]
    answers = together(6, lambda n: people.appoint(user=users[n], post=post, starts_on=TODAY, by=unit))
    assert Counter(map(type, answers)) == {Appointment: 1, Refused: 5}
    assert Appointment.objects.filter(post=post).count() == 1


# ---- deputies


def test_deputies_are_free_beside_a_holder_and_one_another(appoint, newcomer):
    appoint(newcomer("ada"))
    for name in ("ben", "cleo", "dan"):
        assert appoint(newcomer(name), kind=DEPUTY).is_deputy


def test_nobody_is_appointed_twice_to_one_post(appoint, newcomer):
    ada = newcomer("ada")
    appoint(ada, 0, 10, kind=DEPUTY)
    assert "already appointed" in refusal(appoint, ada, 10, kind=HOLDER)["post"]
    assert "already appointed" in refusal(appoint, ada, 5, kind=DEPUTY)["post"]
    assert appoint(ada, 11).pk


# ---- the scrutineer


@pytest.mark.parametrize("kind", [HOLDER, DEPUTY])
def test_the_scrutineer_takes_no_other_post(kind, appoint, cast):
    assert "no other post" in refusal(appoint, cast("scrutineer").user, kind=kind)["post"]


@pytest.mark.parametrize("kind", [HOLDER, DEPUTY])
def test_nobody_with_a_post_becomes_scrutineer(kind, appoint, cast, unit, newcomer):
    people.end_appointment(appointment=cast("scrutineer").user.appointments.get(), ends_on=TODAY, by=unit)
    scrutineer = Post.objects.get(kind=PostKind.SCRUTINEER)
    errors = refusal(appoint, cast("chair-ldg").user, 1, kind=kind, post=scrutineer)
    assert "no other post" in errors["post"]
    assert appoint(newcomer("ada"), 1, kind=kind, post=scrutineer).pk


def test_a_scrutineer_whose_term_is_over_may_be_appointed(appoint, cast, unit):
    former = cast("scrutineer").user
    people.end_appointment(appointment=former.appointments.get(), ends_on=TODAY, by=unit)
    assert "no other post" in refusal(appoint, former, 0)["post"]
    assert appoint(former, 1).pk


# ---- ending


def test_access_ends_with_the_last_day(cast, unit):
    ldg = cast("chair-ldg").user
    ended = people.end_appointment(appointment=ldg.appointments.get(), ends_on=TODAY, by=unit)
    assert ended.ends_on == TODAY
    assert not permissions.person(ldg, TODAY).is_nobody
    assert permissions.person(ldg, TODAY + DAY).is_nobody


def test_an_end_lies_after_the_start_and_may_be_changed_until_it_has_passed(cast, unit):
    appointment = cast("chair-ldg").user.appointments.get()
    end = people.end_appointment
    before = appointment.starts_on - DAY
    assert set(refusal(end, appointment=appointment, ends_on=before, by=unit)) == {"ends_on"}
    end(appointment=appointment, ends_on=TODAY, by=unit)
    assert end(appointment=appointment, ends_on=TODAY + DAY, by=unit).ends_on == TODAY + DAY
    assert end(appointment=appointment, ends_on=TODAY - DAY, by=unit).ends_on == TODAY - DAY
    assert (
        "ended on 23 November 2023"
        in refusal(end, appointment=appointment, ends_on=TODAY, by=unit)["ends_on"]
    )


def test_an_end_lies_on_or_after_the_last_thing_done_in_the_post(cast, unit, measure_at):
    chair, measure = cast("chair-ldg"), measure_at("4.2#2")
    speak(chair, measure)
    appointment = chair.user.appointments.get()
    errors = refusal(people.end_appointment, appointment=appointment, ends_on=TODAY - DAY, by=unit)
    assert "acted in this post on 24 November 2023" in errors["ends_on"]
    assert people.end_appointment(appointment=appointment, ends_on=TODAY, by=unit).ends_on == TODAY


def test_the_business_unit_is_never_left_empty(cast, unit, newcomer, appoint):
    last = cast("business-unit").user.appointments.get(post__kind=PostKind.BUSINESS_UNIT)
    with pytest.raises(Refused, match="Appoint somebody else"):
        people.end_appointment(appointment=last, ends_on=TODAY, by=unit)
    appoint(newcomer("ada"), kind=DEPUTY, post=last.post)
    assert people.end_appointment(appointment=last, ends_on=TODAY, by=unit).ends_on == TODAY


def test_two_of_the_business_unit_cannot_end_one_another_at_once(stage, cast):
    unit = cast("business-unit").by
    with recorded(unit):
        ada = User.objects.create_user("ada@example.org")
    people.appoint(user=ada, post=unit.post, kind=DEPUTY, starts_on=TODAY, by=unit)
    both = list(Appointment.objects.filter(post=unit.post).select_related("post"))
    answers = together(2, lambda n: people.end_appointment(appointment=both[n], ends_on=TODAY, by=unit))
    assert Counter(map(type, answers)) == {Appointment: 1, Refused: 1}


# ---- inviting


def test_invites_somebody_new_without_a_password(post, unit):
    user = people.invite(email="Ada@Example.org", name="Ada", post=post, starts_on=TODAY, by=unit)
    assert (user.email, user.has_usable_password()) == ("ada@example.org", False)
    assert [a.post for a in user.appointments.all()] == [post]


def test_invites_somebody_known_to_another_post_and_leaves_their_account(post, unit, cast):
    known = cast("viewer").user
    again = people.invite(email=known.email.upper(), name="Other", post=post, starts_on=TODAY, by=unit)
    assert (again, again.name) == (known, "Partner colleague")
    assert known.appointments.count() == 2


def test_a_closed_account_is_not_opened_by_an_invitation(post, unit, newcomer):
    ada = newcomer("ada")
    with recorded(unit):
        User.objects.filter(pk=ada.pk).update(is_active=False)
    how = {"email": ada.email, "name": "Ada", "post": post, "starts_on": TODAY, "by": unit}
    assert set(refusal(people.invite, **how)) == {"email"}
    assert not ada.appointments.exists()


def test_a_refused_invitation_leaves_no_account(unit, cast):
    held = cast("chair-ldg").post
    how = {"email": "ada@example.org", "name": "Ada", "post": held, "starts_on": TODAY, "by": unit}
    assert set(refusal(people.invite, **how)) == {"post"}
    assert not User.objects.filter(email="ada@example.org").exists()


def test_the_ledger_says_who_appointed_and_keeps_no_secret(post, unit):
    user = people.invite(
        email="ada@example.org", name="Ada", post=post, starts_on=TODAY, by=unit, password="correct horse"
    )
    settle()
    account = Ledger.objects.get(table="workstreams_user", row=str(user.pk))
    appointment = Ledger.objects.get(table="workstreams_appointment", row=str(user.appointments.get().pk))
    assert {account.by, appointment.by} == {str(unit.user.pk)}
    assert "password" not in account.after
    assert appointment.after["user_id"] == user.pk


def test_inviting_and_appointing_to_one_post_take_turns(stage, cast):
    """Neither waits for what the other holds: the post is locked before the ledger."""
    from workstreams.models import Post

    unit, post = cast("business-unit").by, Post.objects.get(title="Independent Scrutineer")
    known = User.objects.get(email="viewer@demonstration.example")

    def act(i):
        if i:
            return people.appoint(user=known, post=post, starts_on=TODAY, kind=DEPUTY, by=unit)
        return people.invite(
            email="new@council.example", name="N", post=post, starts_on=TODAY, kind=DEPUTY, by=unit
        )

    for answer in together(2, act):
        assert isinstance(answer, Refused | Appointment | User), answer


def test_one_new_address_invited_twice_at_once_is_one_account(stage, cast):
    unit, post = cast("business-unit").by, cast("business-unit").post
    answers = together(
        4, lambda i: people.invite(email="new@council.example", name="N", post=post, starts_on=TODAY, by=unit)
    )
    assert sorted(type(a).__name__ for a in answers) == ["Refused"] * 3 + ["User"]
    assert User.objects.filter(email="new@council.example").count() == 1


# ---- taking back, handing over, ending posts and groups


def test_what_has_not_begun_or_began_today_unused_is_taken_back(appoint, newcomer, unit, post):
    how = {"by": unit, "because": "A mistake."}
    for starts in (0, 10):
        made = appoint(newcomer(f"ada{starts}"), starts)
        people.take_back(appointment=made, seen=newest_row(made), **how)
        assert not post.appointments.exists()
    old = appoint(newcomer("ben"), -1)
    errors = refusal(people.take_back, appointment=old, seen=newest_row(old), **how)
    assert "Give it a last day instead" in errors[""]


def test_a_used_appointment_is_not_taken_back(cast, unit, measure_at):
    chair = cast("chair-ldg")
    people.end_appointment(appointment=chair.user.appointments.get(), ends_on=TODAY - DAY, by=unit)
    again = people.appoint(user=chair.user, post=chair.post, starts_on=TODAY, by=unit)
    speak(chair, measure_at("4.2#2"))
    errors = refusal(people.take_back, appointment=again, by=unit, because="x", seen=newest_row(again))
    assert "has acted in this post today" in errors[""]


@pytest.fixture
def hand_over(unit, post):
    def act(held=None, last=None, first=1, **how):
        said = {"successor": None, "email": "new@example.org", "name": "New", "because": "Term over."} | how
        return people.hand_over(
            post=post,
            last_day=None if last is None else TODAY + last * DAY,
            first_day=TODAY + first * DAY,
            by=unit,
            seen=newest_row(held) if held else None,
            **said,
        )

    return act


def test_a_handover_ends_one_appointment_and_makes_the_other(appoint, newcomer, hand_over):
    held = appoint(newcomer("ada"), -30)
    user = hand_over(held, 0, 1)
    held.refresh_from_db()
    assert (held.ends_on, user.email) == (TODAY, "new@example.org")
    assert user.appointments.get().starts_on == TODAY + DAY
    settle()
    rows = Ledger.objects.filter(table="workstreams_appointment").order_by("-seq")[:2]
    assert {row.because for row in rows} == {"Term over."}


def test_a_handover_is_done_wholly_or_not_at_all(appoint, newcomer, hand_over, cast):
    held = appoint(newcomer("ada"), -30)
    assert "no other post" in refusal(hand_over, held, 0, 1, successor=cast("scrutineer").user)["successor"]
    assert "comes after the last day" in refusal(hand_over, held, 5, 5)["first_day"]
    assert "holds the post now" in refusal(hand_over, held, 0, 1, successor=held.user)["successor"]
    held.refresh_from_db()
    assert held.ends_on is None
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_deputy_who_follows_is_no_longer_deputy(appoint, newcomer, hand_over):
    held, ben = appoint(newcomer("ada"), -30), newcomer("ben")
    deputy = appoint(ben, -30, kind=DEPUTY)
    hand_over(held, 5, 8, successor=ben)
    deputy.refresh_from_db()
    assert deputy.ends_on == TODAY + 7 * DAY
    assert ben.appointments.filter(kind=HOLDER).get().starts_on == TODAY + 8 * DAY


def test_a_vacant_post_is_taken_up(hand_over, post):
    assert hand_over(None, None, 0).appointments.get().post == post


def test_a_team_is_not_handed_over(unit, cast):
    errors = refusal(
        people.hand_over,
        post=cast("viewer").post,
        successor=None,
        email="new@example.org",
        name="New",
        last_day=TODAY,
        first_day=TODAY + DAY,
        because="x",
        by=unit,
        seen=None,
    )
    assert "nobody hands it over" in errors[""]


def test_a_handover_and_an_end_at_once_leave_one_of_them(stage, cast):
    unit, chair = cast("business-unit").by, cast("chair-ldg")
    held, post = chair.user.appointments.get(), chair.post
    seen = newest_row(held)

    def act(i):
        if i:
            end = TODAY + 9 * DAY
            return people.change_last_day(appointment=held, ends_on=end, by=unit, because="x", seen=seen)
        return people.hand_over(
            post=post,
            successor=None,
            email="new@example.org",
            name="New",
            last_day=TODAY,
            first_day=TODAY + DAY,
            because="x",
            by=unit,
            seen=seen,
        )

    answers = together(2, act)
    assert sum(isinstance(a, Overtaken) for a in answers) == 1, answers
    ends_on = Appointment.objects.get(pk=held.pk).ends_on
    handed = User.objects.filter(email="new@example.org").exists()
    assert ends_on == (TODAY if handed else TODAY + 9 * DAY)


def test_the_unit_never_has_a_day_to_come_without_anybody(unit, cast, newcomer):
    last = cast("business-unit").user.appointments.get(post__kind=PostKind.BUSINESS_UNIT)
    ada = people.appoint(user=newcomer("ada"), post=last.post, starts_on=TODAY + 10 * DAY, by=unit)
    with pytest.raises(Refused, match="a day would come"):
        people.end_appointment(appointment=last, ends_on=TODAY + 8 * DAY, by=unit)
    assert people.end_appointment(appointment=last, ends_on=TODAY + 9 * DAY, by=unit)
    how = {"because": "x", "by": unit}
    with pytest.raises(Refused, match="a day would come"):
        people.take_back(appointment=ada, seen=newest_row(ada), **how)
    with pytest.raises(Refused, match="a day would come"):
        people.close_account(user=ada.user, seen=newest_row(ada.user), **how)
    with pytest.raises(Refused, match="a day would come"):
        people.end_post(post=last.post, ends_on=TODAY + 20 * DAY, seen=newest_row(last.post), **how)


def test_a_post_that_ends_takes_its_appointments_with_it(appoint, newcomer, post, unit):
    held, coming = appoint(newcomer("ada"), -30), appoint(newcomer("ben"), 20, kind=DEPUTY)
    how = {"post": post, "by": unit, "because": "Merged."}
    errors = refusal(people.end_post, ends_on=TODAY + 10 * DAY, seen=newest_row(post), **how)
    assert "Ben is appointed to Chair of Voice Group from 14 December 2023" in errors["ends_on"]
    people.take_back(appointment=coming, by=unit, because="x", seen=newest_row(coming))
    people.end_post(ends_on=TODAY + 10 * DAY, seen=newest_row(post), **how)
    held.refresh_from_db()
    assert held.ends_on == TODAY + 10 * DAY
    assert "ends on 4 December 2023" in refusal(appoint, newcomer("cleo"), 5, kind=DEPUTY)["post"]
    assert appoint(newcomer("dan"), 5, 10, kind=DEPUTY).pk
    assert people.end_post(ends_on=None, seen=newest_row(post), **how).ends_on is None


def test_a_group_that_ends_takes_its_posts_with_it(appoint, newcomer, post, unit):
    held, group = appoint(newcomer("ada"), -30), post.group
    how = {"group": group, "by": unit, "because": "Done."}
    people.end_group(ends_on=TODAY - DAY, seen=newest_row(group), **how)
    post.refresh_from_db()
    held.refresh_from_db()
    assert (post.ends_on, held.ends_on) == (TODAY - DAY, TODAY - DAY)
    assert "ends on" in refusal(people.add_post, title="Clerk", kind="OFFICER", group=group, by=unit)["group"]
    people.end_group(ends_on=None, seen=newest_row(group), **how)
    post.refresh_from_db()
    held.refresh_from_db()
    assert (post.ends_on, held.ends_on) == (None, TODAY - DAY)


def test_a_group_that_decides_a_plan_or_hears_others_goes_on(unit, plan):
    executive = plan.deciding_group
    how = {"by": unit, "because": "x", "ends_on": TODAY}
    errors = refusal(people.end_group, group=executive, seen=newest_row(executive), **how)
    assert "decides the plan" in errors["ends_on"]
    board = people.add_group(name="A Board", kind="PARTNER_BOARD", by=unit)
    people.add_group(name="Its Group", kind="SUBGROUP", reports_to=board, by=unit)
    errors = refusal(people.end_group, group=board, seen=newest_row(board), **how)
    assert "Its Group reports to this group" in errors["ends_on"]


def test_two_who_add_one_spelling_at_once_leave_it_with_one_post(stage, cast):
    unit = cast("business-unit").by
    posts = [people.add_post(title=f"Officer {n}", kind="OFFICER", by=unit) for n in range(4)]
    answers = together(
        4,
        lambda n: people.add_spelling(
            post=posts[n], spelling="The Clerk", by=unit, because="x", seen=newest_row(posts[n])
        ),
    )
    assert Counter(map(type, answers)) == {Post: 1, Refused: 3}, answers
    assert Post.objects.filter(spellings__contains=["The Clerk"]).count() == 1


def test_groups_renamed_at_once_never_wait_for_one_another(stage, cast):
    unit, groups = cast("business-unit").by, list(Group.objects.order_by("pk"))[:4]

    def rename(n):
        group = Group.objects.get(pk=groups[n].pk)
        kept = {name: getattr(group, name) for name in ("short_name", "kind", "reports_to", "starts_on")}
        return people.change_group(
            group=group, name=f"{group.name} anew", by=unit, because="x", seen=newest_row(group), **kept
        )

    for _ in range(3):
        assert [type(answer) for answer in together(4, rename)] == [Group] * 4
    assert Group.objects.filter(name__endswith=" anew anew anew").count() == 4


def test_ends_in_two_posts_and_a_new_post_never_wait_for_one_another(stage, cast):
    unit = cast("business-unit").by
    second = people.add_post(title="Support Hub", kind=PostKind.BUSINESS_UNIT, by=unit)
    with recorded(unit):
        ada = User.objects.create_user("ada@example.org")
    theirs = people.appoint(user=ada, post=second, starts_on=TODAY, by=unit)
    ldg, mash = (cast(f"chair-{key}").user.appointments.get() for key in ("ldg", "mash"))
    acts = [
        lambda: people.end_appointment(appointment=theirs, ends_on=TODAY + 9 * DAY, by=unit),
        lambda: people.end_appointment(appointment=ldg, ends_on=TODAY + DAY, by=unit),
        lambda: people.add_post(title="Clerk", kind="OFFICER", by=unit),
        lambda: people.end_appointment(appointment=mash, ends_on=TODAY + DAY, by=unit),
    ]
    for _ in range(3):
        for answer in together(4, lambda n: acts[n]()):
            assert isinstance(answer, Appointment | Post | Refused), answer
