"""`python -m tests.drills [crash] [restoring] [tampering]`: what a real installation must live through.

Exit 1 where something did not come out as it should, or a control did not show what it is there to show. All of it
happens on a server of its own, whatever DATABASE_URL names.
"""

import os
import sys
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "sscp.settings"
os.environ.pop("DATABASE_URL", None)


def main(chosen: list[str]) -> int:
    import django

    django.setup()
    from tests.bench.stages import stage
    from tests.drills import crash, restoring, tampering
    from tests.drills.results import table

    drills = {"crash": crash.drill, "restoring": restoring.drill, "tampering": tampering.drill}
    if unknown := set(chosen) - set(drills):
        print(f"No drill is called {', '.join(sorted(unknown))}: say {', '.join(drills)}.")
        return 2
    failed = 0
    print("Preparing a server that survives a crash", flush=True)
    with stage(durable=True, purpose="drills") as made:
        for name, drill in drills.items():
            if chosen and name not in chosen:
                continue
            started = time.monotonic()
            lines = drill(made)
            failed += sum(not line.kept for line in lines)
            print(f"\n{name} ({time.monotonic() - started:.0f} s)\n\n{table(lines)}", flush=True)
    print(
        "\nEverything came out as it should."
        if not failed
        else f"\n{failed} did not come out as they should."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
