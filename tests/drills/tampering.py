"""Every tampering and every lowered fence of tests/tamperings.py, each named by the check that should name it."""

from sscp import database
from tests.conftest import Stage
from tests.tamperings import (
    OF_THE_FENCES,
    OF_THE_HISTORY,
    OF_TWO_DATABASES,
    administrator,
    do,
    found,
    of_two_databases,
)

from .results import Line

HERE, THERE = "drill_tampered", "drill_another"


def drill(made: Stage) -> list[Line]:
    lines = []
    for name in (HERE, THERE):
        made.clone(name)
        database.furnish(made.server.url(database="postgres"), name, demonstration=True)
    made.point_to(HERE)
    try:
        with administrator(made, HERE) as scene:
            honest = found(scene)
            said = [*honest.history, *honest.anchored, *honest.fences]
            lines.append(
                Line("The control: nothing was done", said[0] if said else "nothing is found", not said)
            )
        for tampering in (*OF_THE_HISTORY, *OF_THE_FENCES):
            with administrator(made, HERE) as scene:
                do(tampering, scene)
                now = found(scene, with_anchor=tampering.anchored)
                expected = {
                    "verify_history": (scene.said(tampering.history), now.anchored),
                    "check_fences": (scene.said(tampering.fences), now.fences),
                }
                kept = all(not part or any(part in each for each in said) for part, said in expected.values())
                by = " and ".join(name for name, (part, _) in expected.items() if part)
                anchored = " with an anchor from outside" if tampering.anchored else ""
                lines.append(
                    Line(
                        tampering.name,
                        f"{'named by' if kept else 'NOT named by'} {by}{anchored}",
                        kept and (now.history == []) == (tampering.anchored or not tampering.history),
                    )
                )
        said_of = of_two_databases(made, HERE, THERE)
        for name, part in OF_TWO_DATABASES.items():
            kept = any(part in each for each in said_of[name])
            lines.append(Line(name, f"{'named by' if kept else 'NOT named by'} verify_history", kept))
    finally:
        made.point_to("postgres")
        for name in (HERE, THERE):
            made.drop(name)
    return lines
