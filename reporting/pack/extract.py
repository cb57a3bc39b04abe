"""What stands at the head of a history that is taken out: what it holds, what was left out, and how to check it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Head:
    """`seq` and `hash` are the newest row of the ledger in it. `left_out` are sentences. `has_workbook` where its lines
    are not too many for one."""

    partnership: str
    on: date
    seq: int
    hash: str
    period: str
    left_out: tuple[str, ...]
    provisional: bool
    drawn_for: str
    has_workbook: bool

    @property
    def title(self) -> str:
        return f"History of {self.partnership}: {self.period}"

    @property
    def anchor(self) -> str:
        return f"{self.seq}:{self.hash}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        return [
            ("Partnership", self.partnership),
            ("Holds", self.period),
            *(("Left out", sentence) for sentence in self.left_out),
            ("Drawn for", self.drawn_for),
            ("Drawn on", f"{self.on:%-d %B %Y}"),
            ("Times", "As clocks showed them in the United Kingdom"),
            ("Ledger up to record", str(self.seq)),
            ("To check against the ledger", self.anchor),
        ]

    def read_me(self) -> str:
        """READ-ME.txt, for somebody who has nothing but the zip."""
        workbook = (
            "the same as a workbook, to sort and filter"
            if self.has_workbook
            else "not here: too long for one"
        )
        left_out = "\n".join(f"  - {sentence}" for sentence in self.left_out)
        return f"""THE HISTORY OF A PLAN, WITH ITS PROOF

{self.partnership}
{self.period}, drawn on {self.on:%-d %B %Y} for {self.drawn_for.lower()}.
{f"Left out:{chr(10)}{left_out}" if left_out else "Nothing is left out."}

What is in this folder

  history.csv    every change as a sentence, oldest first
  history.xlsx   {workbook}
  ledger.jsonl   the ledger itself, one row a line: what history.csv tells in words
  anchor.txt     the number and fingerprint of the newest row
  verify.py      a small program that checks the ledger

How to check it

  You need Python, 3.9 or newer, from python.org, and nothing else. In this folder, type

    python verify.py

  It makes the fingerprint of every row again and follows them from the first row to the last. To be sure that
  nothing was cut off or written anew, give it an anchor that you had before: the line of a number, a colon and 64
  letters and digits that stands at the end of every printed pack, in every workbook (on the sheet About) and in the
  scrutineer's weekly e-mail.

    python verify.py --anchor {self.anchor}

  That one is this export's own, from anchor.txt; one from an old paper of yours proves more, because nobody but you
  has had it in hand since.

What it proves, and what it can't

  That no row up to your anchor was changed, removed, added or moved since that paper was printed. Not that what
  somebody wrote was true, only that it is what they wrote; and not that the sentences of history.csv tell a row
  rightly: each names its record, which can be read in ledger.jsonl.
  Of a row that was left out, ledger.jsonl holds when it was written, by which account, in which post and about which
  row of which table, and the fingerprint of what it says: so the chain stays whole, and nothing of it can be read.
"""
