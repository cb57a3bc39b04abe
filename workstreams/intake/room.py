"""How much may come out of one file: many times a large plan, and no more. Nothing is cut in silence."""

from .kinds import NotSafe

ROWS = 20_000  # of all tables
COLUMNS = 300  # of one table
POSITIONS = 200_000  # of all tables, merged ones counted at each place
BLOCKS = 20_000
LETTERS = 4_000_000
LETTERS_AT_ONE_PLACE = 100_000


class Room:
    """What is left for the rest of one file. Raises NotSafe when it is used up."""

    def __init__(self) -> None:
        self.rows = ROWS
        self.positions = POSITIONS
        self.blocks = BLOCKS
        self.letters = LETTERS

    def take_block(self) -> None:
        self.blocks -= 1
        if self.blocks < 0:
            raise NotSafe(f"This file has more than {BLOCKS:,} paragraphs and tables. Send the plan alone.")

    def take_table(self, name: str, rows: int, columns: int) -> None:
        if columns > COLUMNS:
            raise NotSafe(
                f"{name} is {columns:,} columns wide, and at most {COLUMNS} can be read. Delete what stands far "
                "beside the plan and send it again."
            )
        self.rows -= rows
        self.positions -= rows * columns
        if self.rows < 0 or self.positions < 0:
            raise NotSafe(
                f"The tables up to {name} are larger than a plan can be. Delete what stands below or beside the plan "
                "and send it again."
            )

    def take_text(self, at: str, text: str) -> str:
        self.letters -= len(text)
        if len(text) > LETTERS_AT_ONE_PLACE:
            raise NotSafe(
                f"{at} holds more than {LETTERS_AT_ONE_PLACE:,} letters. Shorten it and send the file again."
            )
        if self.letters < 0:
            raise NotSafe("This file holds more text than a plan can. Send the plan alone.")
        return text
