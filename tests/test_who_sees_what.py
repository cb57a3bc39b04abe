"""Every role on every page: who is let in, that looking changes nothing, and where a provisional word is found."""

import io
import zipfile
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tests.conftest import TODAY, Member, measure_of, show_who
from tests.documents.short_plan import short_plan
from tests.test_house import (
    ACCOUNT,
    ANSWERS,
    CHECKERS,
    CLOSER,
    EYES,
    FILES,
    FOLLOWERS,
    GROUP,
    OFFICERS,
    PROOF,
    PUBLIC,
    PUBLISHED,
    READERS,
    REDACTORS,
    SCRUTINEER,
    SENDER,
    UNIT,
    WHO_MAY,
)
from workstreams import sheet
from workstreams.intake.document import Cell, Document, Table
from workstreams.models import Ledger, Level, Meeting, Pack, User, Version
from workstreams.operations import (
    challenges,
    impacts,
    people,
    ratings,
    recorded,
    redactions,
    returned,
    settle,
    uploads,
)

HTMX = {"HX-Request": "true"}
CANARY = "Zwitschervogel"
YESTERDAY = TODAY - timedelta(days=1)

ROLES = (
    "stranger",
    "no appointment",
    "ended appointment",
    "viewer",
    "chair",
    "deputy",
    "other chair",
    "DSP",
    "business unit",
    "scrutineer",
)
READS = {"chair", "deputy", "other chair", "DSP", "business unit", "scrutineer"}
LET_IN = {
    PUBLIC: set(ROLES),
    ACCOUNT: set(ROLES) - {"stranger"},
    PUBLISHED: READS | {"viewer"},
    READERS: READS,
    FOLLOWERS: {"DSP", "business unit", "scrutineer"},
    EYES: {"DSP", "business unit", "scrutineer"},
    CLOSER: {"business unit"},
    GROUP: {"chair", "deputy", "DSP", "business unit", "scrutineer"},
    OFFICERS: READS - {"scrutineer"},
    UNIT: {"business unit"},
    ANSWERS: {"chair", "deputy", "business unit"},
    SENDER: {"chair"},
    REDACTORS: {"DSP", "business unit"},
    PROOF: {"business unit", "scrutineer"},
    CHECKERS: {"business unit", "scrutineer"},
    SCRUTINEER: {"scrutineer"},
}
# Whose eyes see what the chair proposes before the Executive has agreed it.
SEES_PROVISIONAL = {"chair", "deputy", "DSP", "business unit", "scrutineer"}


# A form that signs somebody in; slow, and tested elsewhere.
NOT_WALKED = {
    "workstreams:stand-in",
    "reporting:report-pdf",
    "reporting:minutes-pdf",
    "reporting:challenges-pdf",
    "reporting:comparison-pdf",
}


@dataclass
class House:
    """The whole cast with one proposal of the chair's in it, and where everything stands."""

    clients: dict
    own: object
    other: object
    proposal: object
    seq: int
    impact_seq: int
    challenge: object
    redaction: object
    meeting: object
    group: object
    version: object
    pack: object
    workbook: object
    upload: object

    def pages(self):
        """(name, address) of one page behind every name, and more where the measure matters."""
        ref = self.own.action.outcome.plan.ref
        values = {
            "workstreams:plan-page": [ref],
            "workstreams:reference-page": [ref, self.own.action.outcome.ref],
            "workstreams:measure-page": [self.own.pk],
            "workstreams:meeting-page": [self.meeting.pk],
            "workstreams:decisions-page": [self.meeting.pk],
            "workstreams:closing-page": [self.meeting.pk],
            "workstreams:correction-page": [self.own.pk],
            "reporting:pack-page": [self.version.pk],
            "reporting:pack-preview": [self.version.pk],
            "reporting:pack-issue": [self.version.pk],
            "reporting:issued-pack": [self.version.pk, "published"],
            "reporting:pack-pdf": [self.pack.pk],
            "reporting:pack-xlsx": [self.pack.pk],
            "reporting:pack-html": [self.pack.pk],
            "reporting:minutes-page": [self.version.meeting_id],
            "reporting:minutes-xlsx": [self.version.meeting_id],
            "workstreams:returning-page": [self.meeting.pk],
            "workstreams:papers-page": [self.meeting.pk],
            "workstreams:highlights-page": [self.meeting.pk, self.group.pk],
            "workstreams:record-page": [self.seq],
            "workstreams:new-redaction-page": [self.seq],
            "workstreams:redaction-page": [self.redaction.pk],
            "workstreams:challenge-page": [self.challenge.pk],
            "workstreams:workbook-page": [self.workbook.pk],
            "reporting:workbook-xlsx": [self.proposal.for_post_id],
            **{f"workstreams:{page}-page": [ref] for page in ("keeping", "facts", "key", "texts")},
            "workstreams:part-page": [ref, "measures", self.own.pk],
            "workstreams:new-part-page": [ref, "workstreams"],
            "workstreams:import-page": [self.upload.pk],
            "workstreams:import-columns-page": [self.upload.pk],
            "workstreams:person-page": [self.clients["viewer"].session["_auth_user_id"]],
            "workstreams:group-page": [self.group.pk],
            "workstreams:post-page": [self.proposal.for_post_id],
            "workstreams:handover-page": [self.proposal.for_post_id],
            "workstreams:appointment-page": [self.proposal.for_post.appointments.latest("pk").pk],
            "account_reset_password_from_key": ["1", "none"],
        }
        for name in WHO_MAY:
            if name not in NOT_WALKED:
                yield name, reverse(name, args=values.get(name, []))
        yield "workstreams:measure-page", reverse("workstreams:measure-page", args=[self.other.pk])
        yield "workstreams:record-page", reverse("workstreams:record-page", args=[self.impact_seq])
        for thing in (f"measure={self.own.pk}", f"rating={self.proposal.pk}"):
            yield "workstreams:new-challenge-page", f"{reverse('workstreams:new-challenge-page')}?{thing}"
        yield "workstreams:find", reverse("workstreams:find") + f"?q={CANARY}"
        yield "workstreams:find", reverse("workstreams:find") + "?q=4.2"
        yield "workstreams:history-page", reverse("workstreams:history-page") + f"?measure={self.own.pk}"
        yield (
            "workstreams:decisions-page",
            reverse("workstreams:decisions-page", args=[self.meeting.pk]) + f"?measure={self.own.pk}",
        )
        yield "reporting:report-xlsx", reverse("reporting:report-xlsx", args=[self.version.pk])


def seq_of(thing):
    settle()
    return Ledger.objects.get(table=thing._meta.db_table, row=str(thing.pk)).seq


@pytest.fixture
def house(cast, measure_at):
    return furnished(cast, measure_at)


def furnished(cast, measure_at):
    unit = cast("business-unit").by
    with recorded("test"):
        nobody = User.objects.create_user("nobody@council.example", "long enough for anybody", "Nobody")
    deputy = people.invite(
        email="deputy@council.example",
        name="LDG deputy",
        post=cast("chair-ldg").post,
        starts_on=date(2023, 9, 1),
        by=unit,
        kind="DEPUTY",
        password="long enough for anybody",
    )
    former = cast("chair-arg").user
    for appointment in former.appointments.all():
        people.end_appointment(appointment=appointment, ends_on=YESTERDAY, by=unit)
    own = measure_at("4.2#2")
    proposal = ratings.send_update(
        measure=own,
        level=Level.objects.get(code="A"),
        words=f"{CANARY} in the words.",
        recovery_plan=f"{CANARY} in the plan.",
        evidence=f"{CANARY} as evidence.",
        by=cast("chair-ldg").by,
        seen=own.ratings.order_by("-pk").first().pk,
    )
    impact = impacts.report_impact(
        measure=own,
        meeting=Meeting.objects.next_of(own.action.outcome.plan.deciding_group),
        text=f"{CANARY} as impact.",
        by=cast("chair-ldg").by,
    )
    challenge = challenges.raise_challenge(
        measure=own, text=f"{CANARY} as question.", by=cast("scrutineer").by
    )
    people_of = {
        "no appointment": nobody,
        "ended appointment": former,
        "viewer": cast("viewer").user,
        "chair": cast("chair-ldg").user,
        "deputy": deputy,
        "other chair": cast("chair-mash").user,
        "DSP": cast("dsp-police").user,
        "business unit": cast("business-unit").user,
        "scrutineer": cast("scrutineer").user,
    }
    clients = {"stranger": Client()}
    for role, user in people_of.items():
        clients[role] = Client()
        clients[role].force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        show_who(clients[role])
    version = Version.objects.filter(step="AGREED", picture__isnull=False).latest("seq")
    with recorded(unit):
        pack = Pack.objects.create(
            version=version,
            kind="PUBLISHED",
            contents=[],
            **dict.fromkeys(("pdf", "xlsx", "html"), b"-"),
            **{f"{name}_hash": "0" * 64 for name in ("pdf", "xlsx", "html")},
            pages=1,
            seq=version.picture["seq"],
            by=unit.user,
            for_post=unit.post,
        )
    return House(
        clients=clients,
        own=own,
        other=measure_at("1.1#1"),
        proposal=proposal,
        seq=seq_of(proposal),
        impact_seq=seq_of(impact),
        challenge=challenge,
        redaction=redactions.ask(
            seq=seq_of(proposal), words=f"{CANARY} in the words", because="x", everywhere=True, by=unit
        ),
        meeting=Meeting.objects.next_of(own.action.outcome.plan.deciding_group),
        group=cast("chair-ldg").post.group,
        version=version,
        pack=pack,
        workbook=handed_in(proposal),
        upload=uploads.hand_in(user=unit.user, name="plan.docx", content=short_plan(), plan=None, key=()),
    )


def handed_in(proposal):
    """A workbook of the chair's, in which the measure of the proposal is answered again."""
    key = sheet.RowKey(proposal.for_post_id, proposal.measure_id, proposal.pk)
    said = {
        "row": key.written(settings.SECRET_KEY, proposal.measure.text),
        "measure": proposal.measure.text,
        "level": "Green",
        "words": f"{CANARY} in the words.",
    }
    rows = [
        tuple(Cell("", text) for text in texts)
        for texts in zip(*((c.key, c.heading, said.get(c.name, "")) for c in sheet.COLUMNS), strict=True)
    ]
    document = Document("xlsx", "updates.xlsx", (Table("Updates", tuple(rows)),))
    return returned.take_in(content=b"-", document=document, post=proposal.for_post, user=proposal.by)


def expected(name, role, address, house):
    """What an address answers to a role: "in", or the status of the refusal."""
    kind = WHO_MAY[name]
    if role in LET_IN[kind]:
        # The record of a proposal is as closed as the proposal.
        hidden = name == "workstreams:record-page" and role not in SEES_PROVISIONAL
        # Partner staff have the published versions alone.
        unpublished = name == "reporting:report-xlsx" and role == "viewer" and "versions" not in address
        return 404 if hidden or unpublished else "in"
    if role == "stranger":
        return 302
    # Whether there is such a rating is no more theirs to know than the rating.
    unknown = name == "workstreams:new-challenge-page" and "rating=" in address
    return 403 if kind in (FOLLOWERS, CLOSER, PROOF, SCRUTINEER) and role in READS and not unknown else 404


def rows():
    """How many rows each table holds, asked with one question."""
    models = [m for m in apps.get_models() if m._meta.managed and m._meta.app_label != "sessions"]
    tables = {m._meta.label: m._meta.db_table for m in models} | {"ledger": "ledger.entry"}
    counts = ", ".join(f"(select count(*) from {table})" for table in tables.values())
    with connection.cursor() as cursor:
        cursor.execute(f"select {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


@dataclass
class Look:
    """What one role was answered at one address, asked for as a page and, where htmx may, as a region."""

    name: str
    address: str
    got: object
    want: object
    changed: bool
    page: int
    region: int | None
    text: str


@dataclass
class Walk:
    role: str
    own: object
    looks: list[Look]


@pytest.fixture(scope="module", params=ROLES)
def walk(request, django_db_setup, django_db_blocker):
    """Everything that one role was answered, once for all that is asked of it; its rows are rolled back."""
    role = request.param
    cache.clear()  # where limits count what earlier tests asked for
    with django_db_blocker.unblock(), transaction.atomic():
        house = furnished(Member, measure_of)
        looks = [look(house, role, name, address) for name, address in house.pages()]
        transaction.set_rollback(True)
    return Walk(role, house.own, looks)


def look(house, role, name, address):
    client, before = house.clients[role], rows()
    answer = client.get(address)
    text = texts(answer)  # what is sent bit by bit is all sent
    is_refusal = answer.status_code >= 400 or "/account/login/" in answer.get("Location", "")
    want = expected(name, role, address, house)
    if name == "workstreams:home" and role == "stranger":
        want = 302  # to sign in
    region = None
    if not address.partition("?")[0].endswith(FILES):  # links that htmx never follows
        part = client.get(address, headers=HTMX)
        region, text = part.status_code, text + texts(part)
    return Look(
        name,
        address,
        got=answer.status_code if is_refusal else "in",
        want=want,
        changed=rows() != before,
        page=answer.status_code,
        region=region,
        text=text,
    )


def test_each_role_is_let_in_or_refused_as_agreed(walk):
    faults = [(look.address, look.got, look.want) for look in walk.looks if look.got != look.want]
    assert faults == []


def test_looking_changes_nothing(walk):
    assert [look.address for look in walk.looks if look.changed] == []


def test_htmx_is_let_in_where_its_page_is(walk):
    for look in walk.looks:
        if look.region is None:
            continue
        if walk.role == "stranger" and look.page == 302 and WHO_MAY[look.name] != PUBLIC:
            assert look.region == 204, look.name
        else:
            # A pack that is there is what was polled for: 286 says "enough".
            enough = {286} if look.name == "reporting:issued-pack" else set()
            assert look.region in {look.page} | enough, look.name


def texts(answer):
    """Everything that can be read in an answer: the page, or each part of a workbook."""
    return unpacked(answer.getvalue())


def unpacked(body):
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "".join(unpacked(book.read(part)) for part in book.namelist())
    return body.decode("utf-8", "replace")


PLACES = ("in the words", "in the plan", "as evidence", "as impact", "as question")


def test_a_proposed_word_is_found_only_by_those_who_may_read_it(walk):
    where = {look.name for look in walk.looks if any(f"{CANARY} {place}" in look.text for place in PLACES)}
    if walk.role not in SEES_PROVISIONAL:
        assert where == set()
        return
    assert where >= {"workstreams:measure-page", "workstreams:record-page", "reporting:report-xlsx"}
    assert ("workstreams:decisions-page" in where) is (walk.role in LET_IN[FOLLOWERS])


def test_searching_for_a_proposed_word_betrays_nothing(walk):
    page = next(look.text for look in walk.looks if look.address.endswith(f"?q={CANARY}"))
    measure = reverse("workstreams:measure-page", args=[walk.own.pk])
    assert (f'"{measure}"' in page) is (walk.role in SEES_PROVISIONAL)


REQUEST = "6b1f6a3e-4f5e-4f1c-9e3a-2f8f9a3b7c11"
POSTS = {
    "workstreams:my-updates": {"measure": "{own}", "action": "send"},
    "workstreams:measure-page": {"level": "G", "words": "Words", "action": "send"},
    "workstreams:meetings-page": {"held_on": "2024-03-01", "papers_close_on": "2024-02-20"},
    "workstreams:meeting-page": {"present": "1"},
    "workstreams:decisions-page": {"action": "AGREE"},
    "workstreams:correction-page": {"level": "A", "because": "x"},
    "reporting:pack-issue": {},
    "workstreams:closing-page": {"label": "1.8", "changes": "x", "editors": "x"},
    "workstreams:returning-page": {"because": "x"},
    "workstreams:papers-page": {"label": "1.8", "changes": "x"},
    "workstreams:highlights-page": {"key_updates": "x"},
    "workstreams:workbooks-page": {"post": "1"},
    "workstreams:workbook-page": {"row-1-choice": "send-1", "row-1-level": "G", "row-1-words": "x"},
    "workstreams:people-page": {"link": "1"},
    "workstreams:imports-page": {"plan": "new"},
    "workstreams:import-page": {"action": "apply"},
    "workstreams:import-columns-page": {"column": "ACTION"},
    "workstreams:new-group-page": {"name": "x", "kind": "SUBGROUP", "because": "x"},
    "workstreams:new-post-page": {"title": "x", "kind": "CHAIR", "because": "x"},
    "workstreams:person-page": {"name": "x", "email": "x@council.example", "because": "x"},
    "workstreams:group-page": {"name": "x", "kind": "SUBGROUP", "because": "x"},
    "workstreams:post-page": {"title": "x", "kind": "CHAIR", "because": "x"},
    "workstreams:handover-page": {
        "last_day": "2023-11-24",
        "first_day": "2023-11-25",
        "email": "x@council.example",
        "name": "x",
        "because": "x",
    },
    "workstreams:appointment-page": {"ends_on": "2023-11-24", "because": "x"},
    "workstreams:invitation-page": {"email": "x@council.example", "name": "x", "kind": "HOLDER"},
    "workstreams:mail-choices-page": {"kinds": "DUE"},
    "workstreams:proof-page": {},
    "workstreams:new-plan-page": {"title": "x", "ref": "x", "shape": "BUSINESS_PLAN", "key": "BRAG"},
    "workstreams:keeping-page": {"move": "measures-1-up-1", "because": "x"},
    "workstreams:key-page": {"move": "levels-1-up-1", "because": "x"},
    "workstreams:texts-page": {"move": "texts-1-up-1", "because": "x"},
    "workstreams:facts-page": {"title": "x", "because": "x"},
    "workstreams:part-page": {"move": "measures-1-up-1", "because": "x"},
    "workstreams:new-part-page": {"number": "7", "title": "x", "because": "x"},
    "workstreams:recommendations-page": {"source": "x", "because": "x"},
    "workstreams:challenge-page": {"close-text": "x", "close-request_id": REQUEST, "close-seen": "1"},
    "workstreams:new-challenge-page": {"text": "x"},
    "workstreams:new-redaction-page": {"words": "x", "because": "x"},
    "workstreams:redaction-page": {"no-because": "x", "no-request_id": REQUEST},
}
MAY_WRITE = {
    "workstreams:mail-choices-page": LET_IN[OFFICERS] | {"scrutineer"},
    "workstreams:my-updates": LET_IN[OFFICERS],
    "workstreams:workbooks-page": LET_IN[OFFICERS],
    "workstreams:workbook-page": LET_IN[SENDER],
    "workstreams:highlights-page": {"chair", "deputy"},
    "workstreams:challenge-page": {"scrutineer"},
    "workstreams:new-challenge-page": {"scrutineer"},
    "workstreams:new-redaction-page": LET_IN[REDACTORS],
    "workstreams:redaction-page": LET_IN[REDACTORS],
    # The partner of the police is named beside the chair on 4.2.
    "workstreams:measure-page": {"chair", "deputy", "business unit", "DSP"},
}


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"business unit"}))
def test_a_form_sent_by_the_wrong_person_changes_nothing(house, role):
    client, before = house.clients[role], rows()
    for name, address in house.pages():
        if name not in POSTS or role in MAY_WRITE.get(name, ()):
            continue
        answer = client.post(address, POSTS[name] | {"request_id": REQUEST, "seen": ""})
        allowed = {422} if role == "stranger" else {403, 404, 405}
        assert answer.status_code in allowed, f"{name} {address}"
        assert rows() == before, f"{name} {address}"


def test_the_scrutineer_can_write_challenges_and_nothing_else_of_the_plan(house):
    client = house.clients["scrutineer"]
    settle()
    before, newest = rows(), Ledger.objects.latest("seq").seq
    pages = sorted(house.pages(), key=lambda page: page[0] == "account_logout")  # or the rest is a stranger's
    assert {name for name, _ in pages} | NOT_WALKED == set(WHO_MAY)
    for name, address in pages:
        for sent in ({}, POSTS.get(name, {})):
            client.post(address, {"request_id": str(uuid4()), "seen": ""} | sent)
    settle()
    after = rows()
    assert {label for label in after if after[label] != before[label]} == {
        "workstreams.Challenge",
        "workstreams.MailChoice",
        "workstreams.Receipt",
        "ledger",
    }
    said = set(Ledger.objects.filter(seq__gt=newest).values_list("table", "operation"))
    assert said == {("workstreams_challenge", "INSERT")}
