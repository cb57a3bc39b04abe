"""Pictures as JSON and back, exact in both directions."""

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .plan import SCHEMA, PlanPicture


def to_json(value: Any) -> Any:
    """A picture (or any frozen dataclass of it) as plain JSON values; days and moments as ISO text."""
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(v) for v in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value


def from_json(data: dict[str, Any]) -> PlanPicture:
    """The picture that `to_json` wrote.

    Raises ValueError for a schema this program does not know; older ones get a reader here.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(f"This picture has schema {data.get('schema')!r}; this program reads {SCHEMA}.")
    picture: PlanPicture = read(PlanPicture, data)
    return picture


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def read(kind: Any, value: Any) -> Any:
    """Plain JSON values as `kind`: a frozen dataclass, tuple, day, moment, or what JSON already knows."""
    if value is None:
        return None
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return read(next(k for k in get_args(kind) if k is not type(None)), value)
    if origin is tuple:
        kinds = get_args(kind)
        if kinds[-1] is Ellipsis:
            return tuple(read(kinds[0], v) for v in value)
        return tuple(read(k, v) for k, v in zip(kinds, value, strict=True))
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: read(hints[name], v) for name, v in value.items() if name in hints})  # type: ignore[operator]
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is date:
        return date.fromisoformat(value)
    return value
