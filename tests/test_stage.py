"""The stage itself: what a test may count on, and what it cannot do by mistake."""

import pytest
from django.db import connection

from tests.conftest import PASSWORD, Member
from workstreams.models import Plan


def test_a_test_that_asks_for_no_rows_gets_none(django_db_setup):
    """Or what it writes would stay, and be read by others."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Plan.objects.exists()
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        Member("business-unit").signed_in()


def test_who_asks_for_the_cast_has_the_database_in_a_transaction(cast):
    assert cast("business-unit").user.is_active
    assert connection.in_atomic_block


def test_with_a_stage_the_cast_stands_on_it(cast, stage, worker_id):
    assert connection.settings_dict["NAME"] == f"stage_{worker_id}"
    assert cast("business-unit").user.is_active
    assert not connection.in_atomic_block


def test_signs_everybody_in_with_a_password_that_is_quick_to_check(cast):
    assert cast("business-unit").user.check_password(PASSWORD)
    assert not cast("business-unit").user.check_password(f"{PASSWORD}s")
