"""The demonstration's ratings lived many times over: the same plan at the end, with a longer memory."""

from django.db import connection

from workstreams.models import Rating
from workstreams.operations import recorded, settle

# What a repeated step takes from the one it repeats; its number and its moment are its own.
REPEATED = [
    f.column for f in Rating._meta.concrete_fields if f.name not in ("id", "at", "corrects", "follows")
]


def live_again(times: int) -> None:
    """Append each measure's whole history `times` more, as the web's role, with its ledger rows.

    The last row of every measure then says what the last row said before, so that pages look the same.
    """
    columns = ", ".join(f'"{column}"' for column in REPEATED)
    with recorded("long_history"), connection.cursor() as cursor:
        cursor.execute(
            f"""
            with span as (select max(id) - min(id) + 1 as size from workstreams_rating),
                 newest as (select measure_id as of_measure, max(id) as id from workstreams_rating group by 1)
            insert into workstreams_rating (id, corrects_id, follows_id, {columns})
            select r.id + again * size,
                   r.corrects_id + again * size,
                   coalesce(r.follows_id + again * size, newest.id + (again - 1) * size),
                   {columns}
            from workstreams_rating r join newest on of_measure = measure_id, span, generate_series(1, %s) again
            order by 1
            """,
            [times],
        )
        # The web's role may take numbers from a sequence and never set it.
        cursor.execute(
            """
            select count(nextval(pg_get_serial_sequence('workstreams_rating', 'id')))
            from generate_series(1, (select max(id) - min(id) + 1 from workstreams_rating))
            """
        )
        settle()
