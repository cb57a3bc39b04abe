"""Filling in a workbook with answers the way a person does, and handing it in."""

import io
import re
import uuid

import openpyxl
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

KEY_ROW = "answers row"


def taken_out(client, post):
    cache.clear()  # nobody takes out so many in one go, but tests do
    answer = client.get(reverse("reporting:workbook-xlsx", args=[post.pk]))
    assert answer.status_code == 200, answer.status_code
    return answer.content


class Filled:
    """A workbook opened as a person opens it. Rows by the id of their measure."""

    def __init__(self, content):
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book["Updates"]
        self.head = next(c.row for c in self.sheet["A"] if c.value == KEY_ROW)

    @property
    def columns(self):
        return {c.value.removeprefix("answers "): c.column for c in self.sheet[self.head] if c.value}

    @property
    def rows(self):
        found = {}
        for cell in self.sheet["A"][self.head + 1 :]:
            if key := re.match(r"row \d+\.(\d+)\.", str(cell.value)):
                found[int(key[1])] = cell.row
        return found

    def cell(self, measure, name):
        return self.sheet.cell(self.rows[getattr(measure, "pk", measure)], self.columns[name])

    def say(self, measure, **said):
        for name, value in said.items():
            self.cell(measure, name).value = value
        return self

    def saved(self):
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


def hand_in(client, content, name="updates.xlsx", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("workstreams:workbooks-page"), {"file": file, "request_id": str(uuid.uuid4())} | fields
    )


def as_sent(page, **changes):
    """The form of the differences page as a browser would send it back, with these fields changed."""
    fields = {"request_id": str(uuid.uuid4())}
    for form in page.context["found"].forms:
        for name in form.fields:
            value = form[name].value()
            fields[form.add_prefix(name)] = "" if value is None else value
    return fields | changes


def row_of(page, measure):
    """The difference and the form of this measure on a page."""
    return next(
        (difference, form)
        for difference, form in page.context["found"].rows
        if difference.where and difference.where.measure.id == measure.pk
    )
