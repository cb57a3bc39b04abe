"""The register of outside recommendations: rows added and changed with a reason, and what plans cite of them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from workstreams.models import Ledger, Recommendation
from workstreams.operations import newest_row, settle

PAGE = reverse("workstreams:recommendations-page")
WHY = "It was published."


@pytest.fixture
def unit(cast, db):
    return cast("business-unit").signed_in()


def told(seen=None, **fields):
    seen = str(newest_row(seen)) if seen else ""
    fields = {"source": "LGA, June 2022", "reference": "9z", "text": ""} | fields
    return {"request_id": str(uuid4()), "seen": seen, "because": WHY} | fields


def test_lists_every_row_with_how_often_it_is_cited(unit):
    html = unit.get(PAGE).content.decode()
    for row in Recommendation.objects.all():
        assert row.source in html
        assert f"?form=change-{row.pk}" in html
    assert "Text not held" in html


def test_adds_one_known_by_its_number_alone(unit):
    assert unit.post(f"{PAGE}?form=add", told()).status_code == 303
    row = Recommendation.objects.get(reference="9z")
    settle()
    assert Ledger.objects.get(seq=newest_row(row)).because == WHY
    assert "9z" in unit.get(PAGE).content.decode()


def test_changes_one(unit):
    row = Recommendation.objects.first()
    form = told(row, source=row.source, reference=row.reference, text="Its words")
    assert unit.post(f"{PAGE}?form=change-{row.pk}", form).status_code == 303
    row.refresh_from_db()
    assert row.text == "Its words"


def test_refuses_a_row_that_is_there_and_one_without_a_reason(unit):
    row, rows = Recommendation.objects.first(), Ledger.objects.count()
    answer = unit.post(f"{PAGE}?form=add", told(source=row.source, reference=row.reference))
    assert answer.status_code == 422
    assert "in the register already" in answer.content.decode()
    assert unit.post(f"{PAGE}?form=add", told(because="")).status_code == 422
    settle()
    assert Ledger.objects.count() == rows


def test_of_two_who_change_a_row_the_second_is_told(unit):
    row = Recommendation.objects.first()
    first, second = (
        told(row, source=row.source, reference=row.reference, text=text) for text in ("One", "Two")
    )
    assert unit.post(f"{PAGE}?form=change-{row.pk}", first).status_code == 303
    settle()
    answer = unit.post(f"{PAGE}?form=change-{row.pk}", second)
    assert answer.status_code == 409
    assert "Two" in answer.content.decode()
    row.refresh_from_db()
    assert row.text == "One"


@pytest.mark.parametrize(("key", "status"), [("chair-ldg", 403), ("scrutineer", 403), ("viewer", 404)])
def test_is_the_business_units_alone(db, cast, key, status):
    client, rows = cast(key).signed_in(), Recommendation.objects.count()
    assert client.get(PAGE).status_code == status
    assert client.post(f"{PAGE}?form=add", told()).status_code == status
    assert Recommendation.objects.count() == rows


def test_a_stranger_signs_in_first(db, client):
    assert client.get(PAGE).status_code == 302
