"""What rows of the ledger speak of, by the names that things had at one of its rows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from ..models import Ledger
from .names import Ids, Names, Row


class NamesThen(Names):
    """The names of `Names` as they stood `upto` a row of the ledger: a constant number of queries more."""

    def __init__(self, rows: Iterable[Ledger], *, upto: int, people: bool = True) -> None:
        self.upto = upto
        super().__init__(rows, people=people)

    def _of(
        self, model: type[Model], ids: Ids, columns: tuple[str, ...], read: Callable[[Row], Any]
    ) -> dict[int, Any]:
        images = self._images(model, ids[model])
        found = {column: self._values(model, images, column) for column in columns}
        return {pk: read({"pk": pk} | {column: found[column][pk] for column in columns}) for pk in images}

    def _values(self, model: type[Model], images: dict[int, Row], column: str) -> dict[int, Any]:
        """What these images hold in a column, or, by "outcome__ref", what the images hold to which they lead."""
        name, _, beyond = column.partition("__")
        field = model._meta.get_field(name)
        values = {pk: field.to_python(image.get(field.attname)) for pk, image in images.items()}  # type: ignore[union-attr]
        if not beyond:
            return values
        related: type[Model] = field.related_model  # type: ignore[assignment]
        leads_to = self._images(related, {pk for pk in values.values() if pk})
        there = self._values(related, leads_to, beyond)
        return {pk: there.get(value) for pk, value in values.items()}

    def _images(self, model: type[Model], ids: set[int]) -> dict[int, Row]:
        """The newest image of each up to then; of what was gone, the last."""
        rows = Ledger.objects.filter(
            table=model._meta.db_table, row__in=[str(pk) for pk in ids], seq__lte=self.upto
        )
        return {int(row.row): row.image for row in rows.order_by("row", "-seq").distinct("row")}
