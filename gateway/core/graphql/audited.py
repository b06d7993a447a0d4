"""Every mutation is recorded, and every refusal at a query's root, however it ends."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLSchema, default_field_resolver

from gateway.core.accounts.logins import user_with_login
from gateway.core.audit.models import EventKind
from gateway.core.audit.record import OK, event_record, refusal_record
from gateway.core.audit.redaction import LONGEST, named_ids
from gateway.core.errors import ExpectedError, Forbidden, RateLimited, Unauthenticated
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.errors import INTERNAL


class AuditNotes(dict[str, str]):
    """Values that a mutation adds to the result of its audit record, by GraphQL's names: global ids
    and others that are no secrets. It adds them before it acts, so that the record has them however
    the mutation ends, with an exception too: ``context.of(AuditNotes)``.
    """


class AuditObjects(dict[str, str]):
    """The objects that a mutation is about: global ids, with names, empty for those not known. A
    mutation adds those that its arguments do not name, as with ``AuditNotes``.
    """


LOGINS = frozenset({"tokenAuth", "refreshToken", "verifyToken", "revokeToken"})
# For clients that are not logged in, only the audit limits how often these errors are recorded.
MOST_OBJECTS = 1000  # of those that arguments name, as of an action on many
UNLIMITED = (Unauthenticated, RateLimited)


def audit(schema: GraphQLSchema) -> None:
    """Record what is done at the roots of ``schema``; called once, after all other guards."""
    for name, field in schema.mutation_type.fields.items() if schema.mutation_type else ():
        field.resolve = _recorded(name, field.resolve or default_field_resolver)
    for name, field in schema.query_type.fields.items() if schema.query_type else ():
        field.resolve = _refusals_recorded(name, field.resolve or default_field_resolver)


def _recorded(name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
    kind = EventKind.LOGIN if name in LOGINS else EventKind.MUTATION

    @wraps(resolve)
    def recorded(root: Any, info: Any, **arguments: Any) -> Any:
        context: Context = info.context
        given = arguments.get("input", arguments)
        about = {"kind": kind, "action": name, "address": context.address, "arguments": given}
        objects = context.of(AuditObjects)
        objects.clear()  # of an earlier mutation of the operation
        objects.update(dict.fromkeys(named_ids(given, MOST_OBJECTS), ""))
        names = nodes.names_of(context.user, named_ids(given))  # before: it may delete them
        context.of(AuditNotes).clear()  # of an earlier mutation of the operation
        try:
            payload = resolve(root, info, **arguments)
        except Exception as error:
            user = _who(context, error, given)
            code = error.code if isinstance(error, ExpectedError) else INTERNAL
            if user is None and isinstance(error, UNLIMITED):
                refusal_record(user=None, address=context.address, outcome=code, action=name)
            else:
                notes = _notes(context)
                names |= nodes.names_of(context.user, named_ids(notes))
                event_record(
                    **about, user=user, outcome=code, result=notes, names=names, objects=objects
                )
            raise
        user = _who(context, payload if kind is EventKind.LOGIN else None, given)
        shown = _shown(payload)
        result = {name: value for name, row in shown.items() if (value := nodes.id_of(row))}
        names |= {value: nodes.description_of(shown[name]) for name, value in result.items()}
        for row in shown.values():
            objects.update(nodes.target_of(row))
        notes = _notes(context)
        names |= nodes.names_of(context.user, named_ids(notes))
        result |= notes
        event_record(
            **about,
            user=user,
            outcome=_outcome(payload),
            result=result,
            names=names,
            objects=objects,
        )
        return payload

    return recorded


def _notes(context: Context) -> dict[str, str]:
    return {name: value[:LONGEST] for name, value in context.of(AuditNotes).items()}


def _refusals_recorded(name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(resolve)
    def recorded(root: Any, info: Any, **arguments: Any) -> Any:
        try:
            return resolve(root, info, **arguments)
        except (Unauthenticated, Forbidden) as error:
            context: Context = info.context
            refusal_record(
                user=_who(context, None, {}),
                address=context.address,
                outcome=error.code,
                action=name,
            )
            raise

    return recorded


def _who(context: Context, ended: Any, given: Mapping[str, Any]) -> Any:
    """The user of the event: the one that ``ended`` or the given login names, else the caller.

    None if there is no such user. A login that no user has is not recorded, because people type
    passwords into the wrong field.
    """
    if (found := getattr(ended, "user", None)) is not None:
        return found
    if "username" in given:
        return user_with_login(given["username"])
    return context.user if context.user.is_authenticated else None


def _outcome(payload: Any) -> str:
    errors = getattr(payload, "errors", None)
    return errors[0].code if errors else OK


def _shown(payload: Any) -> dict[str, Any]:
    """The payload and its fields, by GraphQL's names."""
    shown = {"node": payload, **getattr(payload, "__dict__", {})}
    return {to_camel_case(name): row for name, row in shown.items()}
