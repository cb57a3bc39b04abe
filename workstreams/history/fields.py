"""One row of the ledger field by field: labels instead of columns, names instead of ids, was beside now."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from ..models import Ledger, Rating
from ..picture import Reader
from .names import Names, day, models_by_table
from .rows import own_measures

LABELS = {
    "id": "Number",
    "at": "Recorded",
    "by_id": "By",
    "for_post_id": "Post",
    "as_deputy": "As deputy",
    "follows_id": "Answers",
    "corrects_id": "Corrects",
    "evidence_held": "Evidence is held",
    "recovery_plan": "Plan to recover",
    "risk_note": "Risk",
    "period_ends_on": "Period ends",
    "effective_on": "As of",
    "held_on": "Held on",
    "papers_close_at": "Papers close",
    "due_on": "Due",
    "starts_on": "From",
    "ends_on": "To",
    "is_active": "Account open",
    "is_complete": "Means complete",
    "is_exception": "Needs attention",
    "reports_to_id": "Reports to",
    "dated": "Date",
    "seq": "Place in order",
    "workstreams_pack.seq": "Newest record in it",
    "pdf": "PDF as it is stored",
    "xlsx": "Workbook as it is stored",
    "html": "Page as it is stored",
    "pdf_hash": "SHA-256 of the PDF file",
    "xlsx_hash": "SHA-256 of the workbook file",
    "html_hash": "SHA-256 of the page file",
    "order": "Place in order",
    "entry.id": "Redaction",
    "entry.confirmed_by": "Number of the account that confirmed it",
    "entry.rows": "Records, and the digest of what stands in each now",
    "entry.papers": "Files drawn again, and the hash of each",
}
UNSEEN = ("follows_id", "corrects_id")  # lead to steps that other groups may not see


@dataclass(frozen=True)
class Field:
    """One column of the row, for people. `was` is empty where the row was added, `now` where it was taken out."""

    label: str
    was: str
    now: str
    changed: bool


def fields(row: Ledger, reader: Reader) -> list[Field]:
    """The row as it was and as it was left, in the order of its table."""
    model = models_by_table().get(row.table)
    columns = {f.attname: f for f in model._meta.concrete_fields} if model else {}
    names = Names([row])
    hidden: tuple[str, ...] = ()
    if model is Rating and not reader.everything and row.image.get("measure_id") not in own_measures(reader):
        hidden = UNSEEN
    before, after = row.before or {}, row.after or {}
    order = [name for name in columns if name in row.image] + sorted(row.image.keys() - columns.keys())
    return [
        Field(
            LABELS.get(f"{row.table}.{name}") or LABELS.get(name) or _label(name, columns.get(name)),
            _said(before.get(name), columns.get(name), names, row.seq),
            _said(after.get(name), columns.get(name), names, row.seq),
            row.before is not None and row.after is not None and before.get(name) != after.get(name),
        )
        for name in order
        if name not in hidden
    ]


def _label(name: str, column: "models.Field[Any, Any] | None") -> str:
    label = str(column.verbose_name) if column else name.replace("_", " ")
    return label[:1].upper() + label[1:]


def _said(value: Any, column: "models.Field[Any, Any] | None", names: Names, seq: int) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if column is not None and isinstance(column.related_model, type):
        return names.thing(column.related_model, value, seq)
    if isinstance(column, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%-d %B %Y, %H:%M:%S}"
    if isinstance(column, models.DateField):
        return day(date.fromisoformat(value))
    if column is not None and column.flatchoices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        is_code = column is not None and column.attname == "contents"  # the parts of a pack
        return "\n".join(item.capitalize() if is_code else item for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
