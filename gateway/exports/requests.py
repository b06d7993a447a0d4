"""The wanted export, from the parameters of an address or a command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql.text import NUL_MESSAGE, holds_nul
from gateway.exports.documents import Document, document_of
from gateway.exports.formats import FORMATS, Format, format_of
from gateway.exports.names import Exportable, exportables

JSON_PARAMETERS = frozenset({"filter", "orderBy", "groupBy"})
FLAGS = {"true": True, "false": False}
OWN_PARAMETERS = ("fields", "trailer", "formulas")
LONGEST_SHOWN = 80
WHOLE_NUMBER = re.compile("-?[0-9]{1,20}")
# A time whose offset has lost its +, which means a space in an address.
LOST_PLUS = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``variables``: of the operation, as JSON has them. ``trailer``: None: as is usual for the
    format. ``formulas``: texts of CSV that look like formulas are left alone.
    """

    what: Exportable
    form: str
    document: Document
    variables: Mapping[str, Any] = field(default_factory=dict)
    trailer: bool | None = None
    formulas: bool = False

    def format(self) -> Format:
        """A new one. Raises NotSupported."""
        return format_of(
            self.form, self.document.columns, trailer=self.trailer, formulas=self.formulas
        )

    @property
    def key(self) -> list[Any]:
        """All that the representation depends on but for the rows, as JSON."""
        names = [column.name for column in self.document.columns]
        given = sorted((name, value) for name, value in self.variables.items() if name != "maxAge")
        return [self.what.name, self.form, names, given, self.trailer, self.formulas]


def wanted_of(name: str, form: str, parameters: Mapping[str, Sequence[str]]) -> Wanted:
    """``parameters``: each with all the values that were given.

    Raises NotFound for what cannot be exported or has no such format, and InvalidInput.
    """
    what = exportables().get(name)
    if what is None:
        known = ", ".join(exportables())
        message = f"There is no export {name[:LONGEST_SHOWN]!r}. There are: {known}."
        raise NotFound(message, field="resource")
    if form not in FORMATS:
        message = f"There is no format {form[:LONGEST_SHOWN]!r}. There are: {', '.join(FORMATS)}."
        raise NotFound(message, field="format")
    given = _single(what, parameters)
    variables = {name: _value(name, given[name]) for name in what.arguments if name in given}
    if holds_nul(variables):
        raise InvalidInput(NUL_MESSAGE)
    fields = given.get("fields")
    names = None if fields is None else [one.strip() for one in fields.split(",") if one.strip()]
    return Wanted(
        what,
        form,
        document_of(what, variables, names),
        variables,
        _flag(given, "trailer"),
        bool(_flag(given, "formulas")),
    )


def _single(what: Exportable, parameters: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """A parameter that is misspelt would export more than was meant: it is refused."""
    known = [*what.arguments, *OWN_PARAMETERS]
    for name, values in parameters.items():
        if name not in known:
            message = f"There is no parameter {name[:LONGEST_SHOWN]!r}. There are: "
            raise InvalidInput(message + ", ".join(known) + ".", field=name[:LONGEST_SHOWN])
        if len(values) > 1:
            raise InvalidInput(f"The parameter {name} is given twice.", field=name)
    return {name: values[0] for name, values in parameters.items()}


def _value(name: str, text: str) -> Any:
    if name in JSON_PARAMETERS:
        return _json(name, text)
    if name == "at":
        return LOST_PLUS.sub("+", text) if "T" in text else text
    return int(text) if name == "maxAge" and WHOLE_NUMBER.fullmatch(text) else text


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = (
            f"{name} is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno}). "
            "It is what the GraphQL argument takes, as a variable."
        )
        raise InvalidInput(message, field=name) from None


def _flag(given: Mapping[str, str], name: str) -> bool | None:
    text = given.get(name)
    if text is not None and text not in FLAGS:
        raise InvalidInput(f"{name} must be true or false.", field=name)
    return None if text is None else FLAGS[text]
