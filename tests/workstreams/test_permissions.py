"""Who may: the table of rights for every role of the cast, by appointments and by the posts on the action."""

import json
from datetime import timedelta

import pytest

from tests.conftest import TODAY
from workstreams import gather, permissions
from workstreams.models import Appointment, Measure, Post, User
from workstreams.operations import people, ratings, recorded, settle
from workstreams.operations import plan as planning
from workstreams.picture import Reader, to_json
from workstreams.vocabulary import AppointmentKind, PostKind

DAY = timedelta(days=1)

# Account → the outcomes of the 2023/24 plan whose measures it may update.
OWN = {
    "business-unit": {"5.1", "5.2", "5.3"},  # holds the Business Manager's post too
    "chair-neglect": {"1.1"},
    "chair-ldg": {"1.2", "4.1", "4.2"},
    "chair-mash": {"2.1"},
    "chair-dapb": {"2.2"},
    "chair-arg": {"3.2", "3.3"},
    "dsp-council": {"3.1", "3.2", "3.3", "5.1", "5.2", "6.1"},  # chairs the Executive, 5.1 and 5.2, too
    "dsp-police": {"2.1", "2.2", "4.1", "4.2", "6.1"},
    "dsp-health": {"1.1", "1.2", "5.1", "5.2", "5.3", "6.1"},
    "scrutineer": set(),
    "viewer": set(),
}

# Account → what it may do and read, in the order of RIGHTS.
RIGHTS = (
    permissions.may_read_published,
    permissions.may_read_plan,
    permissions.may_read_history,
    permissions.may_draw_reports,
    permissions.may_follow_decisions,
    permissions.may_send_on_behalf,
    permissions.may_run_meetings,
    permissions.may_keep_people,
)
OFFICER = (True, True, True, True, False, False, False, False)
TABLE = {
    "business-unit": (True, True, True, True, True, True, True, True),
    "chair-neglect": OFFICER,
    "chair-ldg": OFFICER,
    "chair-mash": OFFICER,
    "chair-dapb": OFFICER,
    "chair-arg": OFFICER,
    "dsp-council": (True, True, True, True, True, False, False, False),
    "dsp-police": (True, True, True, True, True, False, False, False),
    "dsp-health": (True, True, True, True, True, False, False, False),
    "scrutineer": (True, True, True, True, True, False, False, False),
    "viewer": (True, False, False, True, False, False, False, False),
}
ACCOUNTS = sorted(OWN)


@pytest.fixture
def unit(db, cast):
    return cast("business-unit").by


@pytest.fixture
def somebody(db, unit):
    """Appoint a new person to posts: `somebody("chair-ldg")`, with kind and days. Answers the person today."""

    def appoint(*keys, kind=AppointmentKind.HOLDER, starts_on=TODAY - 30 * DAY, ends_on=None, on=TODAY):
        user = User.objects.filter(email="somebody@demonstration.example").first()
        if user is None:
            with recorded(unit):
                user = User.objects.create_user("somebody@demonstration.example", name="Somebody")
        for key in keys:
            post = key if isinstance(key, Post) else post_of(key)
            people.appoint(user=user, post=post, starts_on=starts_on, ends_on=ends_on, kind=kind, by=unit)
        return permissions.person(user, on)

    return appoint


def post_of(key):
    return Appointment.objects.filter(user__email=f"{key}@demonstration.example").order_by("pk").first().post


def refs(measures):
    return {measure.action.outcome.ref for measure in measures}


def measures():
    return Measure.objects.select_related("action__outcome").order_by("pk")


# ---- the table


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_account_may_exactly_what_the_table_says(account, cast, db):
    person = cast(account).person
    assert tuple(may(person) for may in RIGHTS) == TABLE[account]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_account_may_send_for_its_own_outcomes_alone(account, cast, db):
    person = cast(account).person
    every = list(measures())
    assert len(every) == 42
    assert refs(m for m in every if permissions.acting_for(person, m)) == OWN[account]
    assert all(
        bool(permissions.acting_for(person, m)) == (m.action.outcome.ref in OWN[account]) for m in every
    )
    assert set(permissions.measures_to_update(person)) == {
        m for m in every if permissions.acting_for(person, m)
    }


@pytest.mark.parametrize("account", ACCOUNTS)
def test_whoever_reads_the_plan_finds_every_measure_and_others_none(account, cast, db):
    person = cast(account).person
    assert permissions.measures_visible_to(person).count() == (42 if permissions.may_read_plan(person) else 0)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_reads_every_proposal_or_those_of_its_own_posts(account, cast, db):
    person = cast(account).person
    reader = permissions.reader(person)
    if account in ("business-unit", "dsp-council", "dsp-police", "dsp-health", "scrutineer"):
        assert reader == Reader(everything=True, drafts=account == "business-unit")
    elif account == "viewer":
        assert reader == Reader(everything=False)
    else:
        assert reader == Reader(everything=False, posts=frozenset({cast(account).post.pk}))


def test_no_picture_holds_a_word_that_another_group_proposed(cast, plan, unit):
    """Invariant 4: a canary is sent for every open measure, and each account finds its own alone."""
    planted = {}
    for measure in measures():
        if picture_of(plan, measure).measure.is_complete:
            continue
        latest = measure.ratings.order_by("-pk").first()
        planted[measure.pk] = f"canary-{measure.action.outcome.ref}-{measure.pk};"
        ratings.send_update(
            measure=measure,
            level=plan.levels.get(code="A"),
            words=planted[measure.pk],
            recovery_plan=planted[measure.pk],
            received="by phone",
            by=unit,
            seen=latest and latest.pk,
        )
    whole = gather.take(plan, gather.head())
    for account in ACCOUNTS:
        person = cast(account).person
        text = json.dumps(to_json(whole.seen_by(permissions.reader(person))))
        found = {pk for pk, canary in planted.items() if canary in text}
        if permissions.reader(person).everything:
            assert found == set(planted), account
        else:
            assert found == {m.pk for m in permissions.measures_to_update(person)} & set(planted), account
    assert "canary" not in json.dumps(to_json(whole.seen_by(Reader(everything=False, public=True))))


def picture_of(plan, measure):
    return gather.picture_for(Reader(everything=True), plan).find(measure.pk)


# ---- the body of the Executive


@pytest.mark.parametrize("account", ["dsp-council", "dsp-police", "dsp-health"])
def test_each_dsp_may_send_6_1_whose_officer_is_the_body_of_them(account, cast, db, measure_at):
    person = cast(account).person
    assert [a.post for a in permissions.acting_for(person, measure_at("6.1#1"))] == [cast(account).post]
    assert Post.objects.get(kind=PostKind.BODY).pk in person.post_ids


def test_a_chair_of_the_executive_who_is_no_dsp_may_not_send_6_1(cast, somebody, unit, measure_at):
    chair = somebody(Post.objects.get(kind=PostKind.EXECUTIVE_CHAIR), kind=AppointmentKind.DEPUTY)
    assert not permissions.acting_for(chair, measure_at("6.1#1"))
    assert permissions.acting_for(chair, measure_at("5.1#1"))
    assert permissions.reader(chair).everything


def test_a_body_without_a_group_is_made_up_of_nobody(cast, plan, unit, measure_at, somebody):
    body = people.add_post(title="All partners", kind=PostKind.BODY, by=unit)
    dsp = people.add_post(title="A partner of no group", kind=PostKind.DSP, by=unit)
    measure = measure_at("1.1#1")
    planning.name_officer(action=measure.action, post=body, role="LEAD", printed="All", order=9, by=unit)
    assert not permissions.acting_for(somebody(dsp), measure)
    officer = picture_of(plan, measure).action.officers[-1]
    assert (officer.title, officer.holders, officer.also_posts) == ("All partners", (), ())


# ---- deputies, several posts


def test_a_deputy_may_what_the_holder_may_and_signs_as_deputy(somebody, cast, measure_at):
    deputy = somebody("chair-ldg", kind=AppointmentKind.DEPUTY)
    assert refs(permissions.measures_to_update(deputy)) == OWN["chair-ldg"]
    (acting,) = permissions.acting_for(deputy, measure_at("4.2#1"))
    assert acting.is_deputy
    assert tuple(may(deputy) for may in RIGHTS) == OFFICER
    assert permissions.reader(deputy) == permissions.reader(cast("chair-ldg").person)


def test_somebody_with_several_posts_chooses_and_the_lead_comes_first(somebody, measure_at):
    both = somebody("dsp-police", "chair-ldg", kind=AppointmentKind.DEPUTY)
    assert refs(permissions.measures_to_update(both)) == OWN["chair-ldg"] | OWN["dsp-police"]
    acting = permissions.acting_for(both, measure_at("4.1#1"))
    assert [a.post for a in acting] == [post_of("chair-ldg"), post_of("dsp-police")]
    assert [a.post for a in permissions.acting_for(both, measure_at("1.2#1"))] == [post_of("chair-ldg")]


def test_a_partner_colleague_who_is_also_an_officer_reads_the_plan(somebody):
    both = somebody("viewer", "chair-arg", kind=AppointmentKind.DEPUTY)
    assert not both.is_viewer
    assert tuple(may(both) for may in RIGHTS) == OFFICER


@pytest.mark.parametrize("kind", [PostKind.SCRUTINEER, PostKind.VIEWER])
def test_a_post_that_takes_no_part_in_rating_may_not_send_even_where_an_action_names_it(
    kind, cast, unit, measure_at
):
    account = cast("scrutineer" if kind == PostKind.SCRUTINEER else "viewer")
    measure = measure_at("3.1#1")
    planning.name_officer(
        action=measure.action, post=account.post, role="SUPPORT", printed="As well", order=9, by=unit
    )
    person = account.person
    assert not permissions.acting_for(person, measure)
    assert not permissions.measures_to_update(person).exists()
    assert not permissions.reader(person).posts


# ---- days


@pytest.mark.parametrize(
    ("starts", "ends", "valid"),
    [(0, None, True), (1, None, False), (-9, 0, True), (-9, -1, False), (0, 0, True), (-9, 9, True)],
)
def test_an_appointment_counts_from_its_first_day_to_its_last(starts, ends, valid, somebody):
    person = somebody(
        "chair-mash",
        kind=AppointmentKind.DEPUTY,
        starts_on=TODAY + starts * DAY,
        ends_on=None if ends is None else TODAY + ends * DAY,
    )
    assert person.is_nobody is not valid
    assert refs(permissions.measures_to_update(person)) == (OWN["chair-mash"] if valid else set())


def test_whoever_is_appointed_to_nothing_may_nothing(somebody):
    nobody = somebody()
    assert nobody.is_nobody
    assert not nobody.is_viewer
    assert not any(may(nobody) for may in RIGHTS)
    assert not permissions.measures_visible_to(nobody).exists()
    assert not any(permissions.acting_for(nobody, m) for m in measures())
    assert permissions.reader(nobody) == Reader(everything=False)


def test_an_appointment_that_ended_yesterday_opens_nothing_today(cast, unit):
    ldg = cast("chair-ldg")
    appointment = ldg.user.appointments.get()
    people.end_appointment(appointment=appointment, ends_on=TODAY, by=unit)
    settle()
    assert permissions.may_read_plan(permissions.person(ldg.user, TODAY))
    assert permissions.person(ldg.user, TODAY + DAY).is_nobody


def test_takes_one_query_to_know_a_person(cast, db, django_assert_num_queries):
    user = cast("dsp-council").user
    with django_assert_num_queries(1):
        person = permissions.person(user, TODAY)
        assert [may(person) for may in RIGHTS]
        assert permissions.reader(person).everything
