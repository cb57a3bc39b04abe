"""`python -m tests.bench [part …]`: the measurements, or some of their parts; exit 1 where one misses its limit.

Everything is measured in pairs that take turns in one run, on private servers, whatever DATABASE_URL names.
"""

import os
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "sscp.settings"
os.environ.pop("DATABASE_URL", None)


def load() -> str:
    """What else the machine had to do: ratios bear much of it, not all."""
    return ", ".join(f"{average:.1f}" for average in os.getloadavg())


def main(chosen: list[str]) -> int:
    import django

    django.setup()
    from tests.bench import as_at, history, pages, papers, proof, workbook, writing
    from tests.bench.figures import table

    parts = {
        "pages": pages.measure,
        "as-at": as_at.measure,
        "history": history.measure,
        "papers": papers.measure,
        "proof": proof.measure,
        "workbook": workbook.measure,
        "writing": writing.measure,
    }
    if unknown := set(chosen) - set(parts):
        print(f"No measurement is called {', '.join(sorted(unknown))}: say {', '.join(parts)}.")
        return 2
    figures, load_before = [], load()
    for name, measure in parts.items():
        if not chosen or name in chosen:
            started = time.monotonic()
            print(f"Measuring {name}", end="", flush=True)
            figures += measure()
            print(f" ({time.monotonic() - started:.0f} s)")
    print(f"\nLoad average meanwhile: {load_before} before, {load()} after.\n")
    print(table(figures))
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
