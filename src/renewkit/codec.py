"""JSON in and out for every value: exact, versioned, and refusing what it does not know.

A document is `{"schema": 1, "kind": "invoice", "value": {...}}`. Inside, a value that may be one of several types
carries its own `"kind"`; numbers that must stay exact are decimal strings, or fractions where decimals never end
(`"0.0035"`, `"1/3"`), Money is an object of amount and currency, a zoned instant keeps its zone
(`2024-01-31T09:00:00+08:00[Asia/Taipei]`, RFC 9557), a duration counts microseconds. An unknown key, a missing one or
a wrong type is a `CodecError` that names the path.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from itertools import repeat
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union, get_args, get_origin, overload

import attrs
import pendulum
from cattrs import Converter, transform_error
from cattrs.errors import ForbiddenExtraKeysError, IterableValidationError, IterableValidationNote
from moneyed import Currency, Money

from renewkit.errors import CodecError, ConfigurationError, RenewkitError
from renewkit.values.currency import currency
from renewkit.values.moments import zone_of
from renewkit.values.number import plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SCHEMA", "from_json", "kind_of", "register", "to_json"]

_T = TypeVar("_T")

SCHEMA: Final = 1
"""The version of the document format; a reader refuses documents of a later one."""

_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_EXACT: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+|/0*[1-9][0-9]*)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ZONED: Final = re.compile(r"([^\[\]]+)(?:\[([^\[\]]+)\])?")
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_MICROSECOND: Final = timedelta(microseconds=1)
_registered: Final[dict[str, type]] = {}


def to_json(value: object) -> str:
    """Return a value as a JSON document; the same value gives the same text.

    Raises `CodecError` for a value of a class that stands for one of several types and is not registered.

    >>> from renewkit.values.period import Period
    >>> to_json(Period(date(2024, 1, 31), date(2024, 2, 29)))
    '{"schema":1,"kind":"period","value":{"start":"2024-01-31","end":"2024-02-29"}}'
    """
    body = {"schema": SCHEMA, "kind": kind_of(type(value)), "value": _converter.unstructure(value)}
    return _ENCODER.encode(body)


@overload
def from_json(text: str | bytes, kind: type[_T]) -> _T: ...
@overload
def from_json(text: str | bytes, kind: Any) -> Any: ...  # noqa: ANN401  a union of types is no `type`
def from_json(text: str | bytes, kind: Any) -> Any:
    """Return the value of a document; `kind` is the type it must have, or a union of types such as `Price`.

    Raises `CodecError` with the path of everything that does not read.

    >>> from renewkit.values.period import Period
    >>> from_json('{"schema":1,"kind":"period","value":{"start":"2024-01-31","end":"2024-02-29"}}', Period).days
    29
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CodecError("a JSON document", str(error), "check where the text was cut or changed") from None
    wanted = _wanted(_envelope(body), kind)
    try:
        return _converter.structure(body["value"], wanted)
    except Exception as error:  # whatever a converter says to a foreign document
        found = [line.rpartition(" @ ") for line in transform_error(error, "$.value", _reason)]
        got = "; ".join(f"{path}: {reason}" for reason, _, path in found)
        raise CodecError(f"a document of kind {body['kind']}", got, "correct the fields at these paths") from error


def kind_of(cls: type) -> str:
    """Return the tag of a class: its `kind` class attribute, else its name in snake case.

    >>> class PerUnit: ...
    >>> kind_of(PerUnit)
    'per_unit'
    """
    bare = get_origin(cls) or cls
    own = bare.__dict__.get("kind")
    return own if isinstance(own, str) else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", bare.__name__).lower()


def register(cls: type[_T]) -> type[_T]:
    """Let a host's own frozen attrs class stand wherever one of several types may (its own price, its own effect).

    Usable as a decorator. Raises `ConfigurationError` for a class that is no attrs class, has a field called `kind`,
    or whose tag is taken.
    """
    names = [field.name for field in attrs.fields(cls)] if attrs.has(cls) else ["kind"]
    if "kind" in names:
        raise ConfigurationError(
            "a frozen attrs class without a field called kind", cls.__name__, "decorate it with attrs.frozen"
        )
    tag = kind_of(cls)
    known: type = _registered.setdefault(tag, cls)
    if known is not cls:
        raise ConfigurationError("a tag of its own", tag, "set another `kind` on the class")
    return cls


def _envelope(body: object) -> dict[str, Any]:
    if not isinstance(body, dict) or set(body) != {"schema", "kind", "value"}:
        raise CodecError("an object with schema, kind and value", _short(body), "read documents that to_json wrote")
    if type(body["schema"]) is not int or not 1 <= body["schema"] <= SCHEMA:
        raise CodecError(
            f"schema 1 to {SCHEMA} at $.schema",
            body["schema"],
            "read it with the renewkit that wrote it, or a later one",
        )
    return body


def _wanted(body: dict[str, Any], kind: Any) -> Any:  # noqa: ANN401  a union of types is no `type`
    tag = body["kind"]
    members = _members(kind) if _is_union(kind) else {kind_of(kind): kind}
    known = members.get(tag) or (_registered.get(tag) if _is_union(kind) else None)
    if known is None:
        raise CodecError(
            f"kind {' or '.join(sorted(members))} at $.kind", tag, "ask for the type that the document holds"
        )
    return known


def _is_union(kind: object) -> bool:
    return get_origin(kind) in (Union, UnionType)


def _is_choice(kind: object) -> bool:
    """Whether a type leaves a choice that only a tag can settle, one of them a value of ours."""
    if not _is_union(kind):
        return False
    members = [member for member in get_args(kind) if member is not NoneType]
    return len(members) > 1 and any(attrs.has(member) for member in members)


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


@cache
def _members(kind: object) -> dict[str, type]:
    return {kind_of(member): member for member in get_args(kind) if attrs.has(member)}


def _choose(kind: object) -> Callable[[Any, Any], object]:
    members, optional = _members(kind), NoneType in get_args(kind)
    words = {member.value: member for choice in get_args(kind) if _is_enum(choice) for member in choice}

    def structure(body: Any, _: object) -> object:  # noqa: ANN401  JSON
        if body is None and optional:
            return None
        if isinstance(body, str) and body in words:
            return words[body]
        if Money in get_args(kind) and isinstance(body, dict) and "kind" not in body:
            return _read_money(body, Money)
        tag = body.get("kind") if isinstance(body, dict) else None
        chosen = members.get(tag) or _registered.get(tag) if isinstance(tag, str) else None
        if chosen is None or not isinstance(body, dict):
            raise CodecError(
                f"an object of kind {', '.join(members)}", _short(body), "add the tag, or register the class"
            )
        return _converter.structure({name: part for name, part in body.items() if name != "kind"}, chosen)

    return structure


def _tag(kind: object) -> Callable[[Any], object]:
    members = _members(kind)

    def unstructure(value: Any) -> object:  # noqa: ANN401  any member
        cls = type(value)
        body = _converter.unstructure(value, cls)
        if not attrs.has(cls):
            return body
        tag = kind_of(cls)
        if (members.get(tag) or _registered.get(tag)) is not cls:
            remedy = "register the class, under a `kind` of its own"
            raise CodecError(f"one of {', '.join(members)}, or a registered class", cls.__name__, remedy)
        return {"kind": tag, **body}

    return unstructure


def _object(cls: type) -> Callable[[object, object], object]:
    read: Callable[[dict[str, Any], object], object] = _converter.gen_structure_attrs_fromdict(cls)

    def structure(body: object, _: object) -> object:
        if not isinstance(body, dict):
            raise CodecError("an object", _short(body), "write the fields of a value as a JSON object")
        return read(body, cls)

    return structure


def _is_tuple(kind: object) -> bool:
    return get_origin(kind) is tuple


def _row(kind: Any) -> Callable[[object, object], object]:  # noqa: ANN401  a tuple of some types is no `type`
    parts = get_args(kind)
    is_endless = parts[-1] is Ellipsis
    expected = "a list" if is_endless else f"a list of {len(parts)}"

    def structure(body: object, _: object) -> object:
        if not isinstance(body, list) or not (is_endless or len(body) == len(parts)):
            raise CodecError(expected, _short(body), "write several values as a JSON list")
        kept, errors = [], []
        for place, (part, of) in enumerate(zip(body, repeat(parts[0]) if is_endless else parts, strict=False)):
            try:
                kept.append(_converter.structure(part, of))
            except Exception as error:  # noqa: BLE001  each place is named, whatever its converter says
                error.add_note(IterableValidationNote(f"at place {place}", place, of))
                errors.append(error)
        if errors:
            message = "a list does not read"
            raise IterableValidationError(message, errors, kind)  # pyright: ignore[reportCallIssue]  # __new__ takes it
        return tuple(kept)

    return structure


def _strict(kind: type) -> Callable[[object, object], object]:
    def structure(value: object, _: object) -> object:
        if type(value) is not kind:
            raise CodecError(kind.__name__, _short(value), "write the value in its own JSON type")
        return value

    return structure


def _text(read: Callable[[str], object], name: str) -> Callable[[object, object], object]:
    def structure(value: object, _: object) -> object:
        if not isinstance(value, str):
            raise CodecError(f"{name} as text", _short(value), "write it as a JSON string")
        try:
            return read(value)
        except RenewkitError:
            raise
        except (ValueError, ArithmeticError):
            raise CodecError(name, value, "correct the text") from None

    return structure


def _read_exact(text: str) -> Fraction:
    if not _EXACT.fullmatch(text):
        raise ValueError(text)
    return Fraction(text)


def _read_decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _write_decimal(value: Decimal) -> str:
    return format(value, "f")


def _read_date(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _read_civil(text: str) -> pendulum.Date:
    day = _read_date(text)
    return pendulum.Date(day.year, day.month, day.day)


def _write_instant(value: datetime) -> str:
    if value.tzinfo is UTC or value.tzinfo is pendulum.UTC:
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value.microsecond else value.strftime("%Y-%m-%dT%H:%M:%SZ")
    name = pendulum.instance(value).timezone_name
    return value.isoformat() if name is None or name[0] in "+-" else f"{value.isoformat()}[{name}]"


def _read_instant(text: str) -> pendulum.DateTime:
    match = _ZONED.fullmatch(text)
    if not match:
        raise ValueError(text)
    moment = datetime.fromisoformat(match[1])
    offset = moment.utcoffset()
    if offset is None:
        raise CodecError("an instant with its offset", text, "add Z or the offset")
    zone = zone_of(match[2]) if match[2] else pendulum.UTC if offset == timedelta(0) else zone_of(match[1][-6:])
    return _with_zone(moment, zone)


def _with_zone(moment: datetime, zone: Any) -> pendulum.DateTime:  # noqa: ANN401  either kind of pendulum zone
    local = moment.astimezone(zone)
    return pendulum.DateTime(
        local.year,
        local.month,
        local.day,
        local.hour,
        local.minute,
        local.second,
        local.microsecond,
        tzinfo=zone,
        fold=local.fold,
    )


def _read_money(body: object, _: object) -> Money:
    if not isinstance(body, dict) or set(body) != {"amount", "currency"} or not isinstance(body["amount"], str):
        raise CodecError("an object of amount (text) and currency", _short(body), "write money as amount and currency")
    if not _DECIMAL.fullmatch(body["amount"]):
        raise CodecError("an amount of digits with a point", _short(body["amount"]), "write it like 29.99")
    return Money(Decimal(body["amount"]), currency(body["currency"]))


def _reason(error: BaseException, _: type | None) -> str:
    if isinstance(error, KeyError):
        return f"required field {error} missing"
    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown field {', '.join(map(repr, sorted(error.extra_fields)))}"
    return str(error) or type(error).__name__


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _build() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    for own in (str, int, bool):
        converter.register_structure_hook(own, _strict(own))
    texts: tuple[tuple[type, Callable[[Any], str], Callable[[str], object], str], ...] = (
        (Fraction, plain, _read_exact, "an exact number"),
        (Decimal, _write_decimal, _read_decimal, "a decimal number"),
        (Currency, lambda unit: unit.code, currency, "a currency code"),
        (date, date.isoformat, _read_date, "a date (YYYY-MM-DD)"),
        (pendulum.Date, date.isoformat, _read_civil, "a date (YYYY-MM-DD)"),
        (datetime, _write_instant, _read_instant, "an instant"),
        (pendulum.DateTime, _write_instant, _read_instant, "an instant"),
        (time, time.isoformat, time.fromisoformat, "a time of day"),
    )
    for kind, write, read, name in texts:
        converter.register_unstructure_hook(kind, write)
        converter.register_structure_hook(kind, _text(read, name))
    converter.register_unstructure_hook(timedelta, lambda value: value // _MICROSECOND)
    converter.register_structure_hook(timedelta, lambda value, _: timedelta(microseconds=_strict(int)(value, int)))  # type: ignore[arg-type]  # _strict has just made sure
    converter.register_unstructure_hook(
        Money, lambda value: {"amount": _write_decimal(value.amount), "currency": value.currency.code}
    )
    converter.register_structure_hook(Money, _read_money)
    converter.register_structure_hook_factory(attrs.has, _object)
    converter.register_structure_hook_factory(_is_tuple, _row)
    converter.register_structure_hook_factory(_is_choice, _choose)
    converter.register_unstructure_hook_factory(_is_choice, _tag)
    return converter


_converter: Final = _build()
