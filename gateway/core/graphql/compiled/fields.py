"""From a field of an object type to a closure that answers it for an object.

::

    __typename   the type's name
    attribute    Graphene's default resolver: an attribute or a key, nothing is called
    pure         a function of the object alone, marked by ``@pure``: nothing is built for it
    resolver     the schema's function, with its arguments and an ``info`` of its own
    stock        any field that could not be compiled: graphql-core's ``execute_field``

A pure resolver and an attribute always return the same for one object. So a selection of these
alone (*repeatable*) is completed once for an object that occurs often. An attribute may be a
property; the same rule applies to it (``gateway/core/graphql/pure.py``). If a schema has no
resolver at all, graphql-core's default may call the attribute with the ``info``: that counts as an
ordinary resolver.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import TypeNameMetaFieldDef, get_named_type, get_nullable_type, is_leaf_type
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from gateway.core.graphql.compiled.base import Answer, SelectedField, new
from gateway.core.graphql.compiled.values import UNCHANGED, completer, needs_info
from gateway.core.graphql.pure import pure_function


def field_answer(field: SelectedField) -> Answer:
    """The closure for ``field``."""
    try:
        return _compiled(field)
    except Exception:  # noqa: BLE001 - the stock path says what is wrong, where it belongs
        return _stock(field)


def is_repeatable(field: SelectedField) -> bool:
    """True if the field always returns the same value for one object."""
    return field.definition is TypeNameMetaFieldDef or (
        is_leaf_type(get_named_type(field.definition.type))
        and not field.definition.args
        and (_is_default(field.definition.resolve) or function_of(field) is not None)
    )


def _compiled(field: SelectedField) -> Answer:
    if field.definition is TypeNameMetaFieldDef:
        name = field.parent.name
        return lambda _source, _parent: name
    resolve = field.definition.resolve
    # Default-resolved fields ignore their arguments, which may be wrong all the same.
    of: Any = field.definition.type
    is_leaf = is_leaf_type(get_nullable_type(of))
    if field.definition.args or not _is_default(resolve):
        function = function_of(field)
        if function is None:
            return _resolver(field)
        return (_pure_leaf if is_leaf else _pure)(field, function)
    name, default = resolve.args  # type: ignore[union-attr]  # a partial, as _is_default says
    return (_leaf_attribute if is_leaf else _attribute)(field, name, default)


def _is_default(resolve: Any) -> bool:
    """True for the resolver that Graphene makes for a field without one."""
    return isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver


def attribute_of(field: SelectedField) -> str | None:
    """The attribute that answers the field; None if a function does."""
    if not _is_default(field.definition.resolve):
        return None
    name: str = field.definition.resolve.args[0]  # type: ignore[union-attr]  # a partial
    return name


def function_of(field: SelectedField) -> Callable[[Any], Any] | None:
    """The function of the object alone that answers the field; None if it takes more."""
    return None if field.definition.args else pure_function(field.definition.resolve)


def _pure_leaf(field: SelectedField, function: Callable[[Any], Any]) -> Answer:
    of: Any = field.definition.type
    complete = completer(field, of)
    unchanged = UNCHANGED.get(get_nullable_type(of))

    def answer(source: Any, parent: Path | None) -> Any:
        try:
            value = function(source)
            return value if value.__class__ is unchanged else complete(value, None, None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the field fails
            return field.failed(error, of, field.path(parent))

    return answer


def _leaf_attribute(field: SelectedField, name: str, default: Any) -> Answer:
    of: Any = field.definition.type
    complete = completer(field, of)
    unchanged = UNCHANGED.get(get_nullable_type(of))

    def answer(source: Any, parent: Path | None) -> Any:
        try:
            if isinstance(source, dict):
                value = source.get(name, default)
            else:
                value = getattr(source, name, default)
            return value if value.__class__ is unchanged else complete(value, None, None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the field fails
            return field.failed(error, of, field.path(parent))

    return answer


def _attribute(field: SelectedField, name: str, default: Any) -> Answer:
    of = field.definition.type
    complete = completer(field, of)
    info_at = field.infos() if needs_info(of) else None
    key, parent_name = field.key, field.parent.name

    def answer(source: Any, parent: Path | None) -> Any:
        path = new(Path, (parent, key, parent_name))
        try:
            if isinstance(source, dict):
                value = source.get(name, default)
            else:
                value = getattr(source, name, default)
            return complete(value, path, info_at and info_at(path))
        except Exception as error:  # noqa: BLE001 - whatever it is, the field fails
            return field.failed(error, of, path)

    return answer


def _pure(field: SelectedField, function: Callable[[Any], Any]) -> Answer:
    of = field.definition.type
    complete = completer(field, of)
    info_at = field.infos() if needs_info(of) else None
    key, parent_name = field.key, field.parent.name

    def answer(source: Any, parent: Path | None) -> Any:
        path = new(Path, (parent, key, parent_name))
        try:
            return complete(function(source), path, info_at and info_at(path))
        except Exception as error:  # noqa: BLE001 - whatever it is, the field fails
            return field.failed(error, of, path)

    return answer


def _resolver(field: SelectedField) -> Answer:
    definition, variables = field.definition, field.context.variable_values
    resolve = definition.resolve or field.context.field_resolver
    complete = completer(field, definition.type)
    takes_arguments = bool(definition.args)
    info_at, key, parent_name = field.infos(), field.key, field.parent.name

    def answer(source: Any, parent: Path | None) -> Any:
        path = new(Path, (parent, key, parent_name))
        info = info_at(path)
        try:
            if takes_arguments:
                # Anew for each call: a resolver may change what it is given.
                arguments = get_argument_values(definition, field.nodes[0], variables)
                value = resolve(source, info, **arguments)
            else:
                value = resolve(source, info)
            return complete(value, path, info)
        except Exception as error:  # noqa: BLE001 - whatever it is, the field fails
            return field.failed(error, definition.type, path)

    return answer


def _stock(field: SelectedField) -> Answer:
    def answer(source: Any, parent: Path | None) -> Any:
        path = field.path(parent)
        return field.context.execute_field(field.parent, source, field.nodes, path)

    return answer
