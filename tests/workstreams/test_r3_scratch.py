"""Scratch."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from tests.conftest import TODAY, together, behind_the_ledger
from workstreams import picture as p
from workstreams.models import Group, Measure, Meeting, Plan, Rating, Upload
from workstreams.operations import Overtaken, Refused, meetings, newest_row, people, ratings
from workstreams.operations import plan as planning
from workstreams.operations.importing import Agreed
from tests.workstreams.test_importing import again, taken, file


def crossing(first, act, second):
    """`act` in a thread after `first` is locked here; once it waits, `second`."""
    answers = []

    def run():
        try:
            answers.append(act())
        except Exception as raised:
            answers.append(raised)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    try:
        with transaction.atomic():
            first()
            thread.start()
            waiting = 0
            with connection.cursor() as cursor:
                while not waiting and thread.is_alive():
                    cursor.execute("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                    (waiting,) = cursor.fetchone()
                    thread.join(0.01)
            second()
    except OperationalError as raised:
        answers.append(raised)
    thread.join()
    return answers


def lock(model, *pks):
    return lambda: [model.objects.select_for_update(no_key=True).get(pk=pk) for pk in pks]


def test_move(stage, cast):
    by = cast("business-unit").by
    rows = list(Measure.objects.filter(action__measures__isnull=False).distinct().order_by("action", "order"))
    a, b = next((x, y) for x, y in zip(rows, rows[1:]) if x.action_id == y.action_id and x.pk < y.pk)
    print(crossing(lock(Measure, a.pk), lambda: planning.move(item=Measure.objects.get(pk=b.pk), up=True, by=by), lock(Measure, b.pk)))
    assert 0


def test_groups(stage, cast):
    by = cast("business-unit").by
    groups = list(Group.objects.order_by("pk"))

    def act(n):
        g = groups[n]
        return people.change_group(group=g, name=g.name + " x", short_name=g.short_name, kind=g.kind, reports_to=g.reports_to, starts_on=g.starts_on, by=by, because="x", seen=newest_row(g))

    print(together(4, act))
    assert 0


def test_delete_draft(stage, cast):
    by = cast("business-unit").by
    draft = planning.add_plan(deciding_group=Group.objects.first(), by=by, ref="dd", title="D", shape=Plan.objects.first().shape, workstream_word="Part")
    u = file(by.user); u.plan = draft; u.save()
    print(crossing(lock(Upload, u.pk), lambda: planning.delete(item=draft, because="", by=by), lock(Plan, draft.pk)))
    assert 0


def test_session(db, plan, cast):
    by = cast("business-unit").by
    ms = Meeting.objects.filter(state="PLANNED").first()
    m = meetings.hold_meeting(meeting=ms, present=[by.post], by=by)
    print(m.held_on, TODAY)
    live = taken(plan)
    target = next(x for x in live.measures if not x.proposal and x.level and not x.level.is_complete)
    row = Measure.objects.get(pk=target.id)
    levels = {l.word: l for l in plan.levels.all()}
    word = next(w for w in ("Green", "Amber") if w != target.level.word)
    meetings.agree(measure=row, meeting=m, level=levels[word], by=by, seen=row.ratings.order_by("-pk").first().pk, because="x")
    live = taken(plan)
    red = next(l for l in live.key if l.word == "Red")
    read = p.as_printed(live).with_measures(lambda _, q: replace(q, agreed=p.printed_rating(red)) if q.text == target.text else q)
    try:
        v = again(plan, read, by, agreed=Agreed(date(2023, 11, 22)))
        print(v, taken(plan).find(target.id).measure.level)
    except Refused as r:
        print(r)
    assert 0


def test_corrected(db, plan, cast):
    by = cast("business-unit").by
    live = taken(plan)
    target = next(x for x in live.measures if x.agreed and x.level and x.agreed.meeting_on == date(2023, 11, 21) and not x.proposal)
    row = Measure.objects.get(pk=target.id)
    read = p.as_printed(live)
    levels = {l.word: l for l in plan.levels.all()}
    word = next(w for w in ("Green", "Amber") if w != target.level.word)
    ratings_ = meetings.correct_decision(measure=row, level=levels[word], by=by, seen=row.ratings.order_by("-pk").first().pk, because="x")
    try:
        v = again(plan, read, by, agreed=Agreed(date(2023, 11, 21)))
        print(v, taken(plan).find(target.id).measure.level)
    except Refused as r:
        print(r)
    assert 0


def test_nul(db, cast):
    from tests.workstreams.test_import_page import hand_in, press
    from tests.documents.short_plan import short_plan
    c = cast("business-unit").signed_in()
    pre = hand_in(c, short_plan())
    for act in ("answer", "apply"):
        try:
            print(act, press(c, pre, act, title="A\x00B", because="x\x00y").status_code)
        except Exception as e:
            print(act, type(e), e)
    from tests.workstreams.test_import_page import DOUBTFUL, filled
    pre = hand_in(c, short_plan(DOUBTFUL), name="d.docx")
    for act in ("answer", "apply"):
        page = c.get(pre)
        names = list(page.context["questions"].asked)
        f = filled(page, act, **{n: "0" for n in names}, title="A\x00B")
        try:
            r = c.post(pre, f)
            print(act, r.status_code)
        except Exception as e:
            print(act, type(e), e)
    for a in ("/imports/99999999999999999999999/", ):
        print(c.get(pre.rsplit("/", 2)[0] + "/99999999999999999999999/").status_code)
    assert 0
