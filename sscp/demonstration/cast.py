"""Who is in the demonstration. Nobody real."""

PASSWORD = "demonstration"  # noqa: S105 (printed for everybody, and good for nothing else)
COMMAND = "load_demo"

# Post in the fixture → the name shown beside what its account did.
ACCOUNTS = {
    "business-unit": "Business unit officer",
    "chair-neglect": "Neglect chair",
    "chair-ldg": "LDG chair",
    "chair-mash": "MASH chair",
    "chair-dapb": "DAPB chair",
    "chair-arg": "ARG chair",
    "dsp-council": "Council partner",
    "dsp-police": "Police partner",
    "dsp-health": "Health partner",
    "scrutineer": "Scrutineer",
    "viewer": "Partner colleague",
}
# Posts without an account of their own are held beside another.
ALSO_HELD = {"business-manager": "business-unit", "executive-chair": "dsp-council"}


def email_of(key: str) -> str:
    return f"{key}@demonstration.example"
