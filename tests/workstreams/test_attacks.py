"""Every attack of tests/attacks.py is refused to plan_app and plan_owner, and works for who has the right."""

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RestrictViolation

from tests.attacks import ATTACKS

REFUSALS = (InsufficientPrivilege, RestrictViolation)


@pytest.fixture
def session(django_db_setup, theatre, worker_id, django_db_blocker):
    """A connection as a role, in a transaction that is rolled back."""
    opened = []

    def as_role(role):
        opened.append(psycopg.connect(theatre.server.url(role, f"test_{worker_id}")))
        opened[-1].execute("select set_config('plan.by', 'test', true)")
        return opened[-1]

    yield as_role
    for each in opened:
        each.rollback()
        each.close()


@pytest.mark.parametrize(
    ("attack", "role"),
    [(attack, role) for attack in ATTACKS for role in attack.by],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_is_refused(session, attack, role):
    with pytest.raises(REFUSALS):
        session(role).execute(attack.act)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_works_for_who_has_the_right(session, attack):
    administrator = session("plan_admin")
    if attack.first:
        administrator.execute(attack.first)
    administrator.execute(attack.act)


@pytest.mark.parametrize("role", ["plan_app", "plan_owner"])
def test_nobody_gives_away_what_is_not_theirs(session, role):
    """PostgreSQL refuses this with a warning, and gives nothing."""
    roles = session(role)
    roles.execute("grant all on ledger.entry, ledger.clock to public")
    held = "select has_table_privilege('plan_app', 'ledger.entry', 'insert, update, delete, truncate')"
    assert roles.execute(held).fetchone() == (False,)
    roles.rollback()
    administrator = session("plan_admin")
    administrator.execute("grant all on ledger.entry, ledger.clock to public")
    assert administrator.execute(held).fetchone() == (True,)


def test_every_attack_has_a_name_of_its_own():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) > 50
