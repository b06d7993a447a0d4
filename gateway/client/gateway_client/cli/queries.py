"""``query`` and ``explain``: operations of one's own, from a file."""

import json
from typing import Annotated, Any

import typer

from gateway_client import Gateway
from gateway_client.streams import Ended

from .connection import connect
from .exits import INCOMPLETE, REFUSED, refuse
from .output import Columns, Format, note, visible, write_json, write_rows

Source = Annotated[
    typer.FileText,
    typer.Argument(metavar="FILE", help="A file with one operation; - is standard input."),
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", help="NAME=VALUE; VALUE is JSON, or else a text. May be repeated."),
]
COLUMNS: Columns[Any] = {
    "provider": lambda one: one.provider.name,
    "region": lambda one: one.region,
    "resource": lambda one: one.resource,
    "call": lambda one: one.call,
    "action": lambda one: one.action,
    "ms": lambda one: one.estimated_ms,
}


def query(
    context: typer.Context,
    file: Source,
    var: Variables = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="A subscription: one line of JSON for each event.")
    ] = False,
) -> None:
    """Run a query, mutation or subscription and print its data as JSON.

    The exit code is 1 if there are errors, and 3 if an answer says complete: false.
    Example: gateway query machines.graphql --var state=RUNNING
    """
    document, variables = file.read(), variables_of(var or [])
    with connect(context) as gateway:
        if stream:
            print_events(gateway, document, variables)
            return
        response = gateway.execute(document, variables=variables)
        answer = answer_of(response)
    write_json(answer)
    for error in answer.get("errors") or []:
        note(describe(error))
    if answer.get("errors"):
        raise typer.Exit(REFUSED)
    if says_incomplete(answer.get("data")):
        note("Incomplete: a list in this answer says complete: false.")
        raise typer.Exit(INCOMPLETE)


def answer_of(response: Any) -> dict[str, Any]:
    """The JSON of an answer with data or errors; raises CommandError for any other."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not ({"data", "errors"} & set(answer)):
        refuse(f"The answer is not of GraphQL: status {response.status_code}.")
    return answer


def describe(error: dict[str, Any]) -> str:
    extensions = error.get("extensions") or {}
    parts = [
        error["message"],
        f"({extensions['code']})" if extensions.get("code") else "",
        extensions.get("hint") or "",
    ]
    return " ".join(part for part in parts if part)


def says_incomplete(value: Any) -> bool:
    """Whether ``complete: false`` is anywhere in the data."""
    if isinstance(value, dict):
        return value.get("complete") is False or any(says_incomplete(one) for one in value.values())
    return isinstance(value, list) and any(says_incomplete(one) for one in value)


def print_events(gateway: Gateway, document: str, variables: dict[str, Any]) -> None:
    try:
        for data in gateway.stream(document, variables):
            typer.echo(json.dumps(data, ensure_ascii=False))
    except Ended:
        return
    refuse("The stream broke off before it was complete.")


def variables_of(settings: list[str]) -> dict[str, Any]:
    """Raises BadParameter for one that is not NAME=VALUE."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise typer.BadParameter(f"{setting!r} is not NAME=VALUE.", param_hint="--var")
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
            found[name] = value
    return found


def explain(context: typer.Context, file: Source, var: Variables = None) -> None:
    """Show which requests a query would send to the clouds, without sending them.

    Example: gateway explain machines.graphql
    """
    with connect(context) as gateway:
        plan = gateway.explain(file.read(), variables_of(var or []))
    if plan is None:
        refuse("The gateway gave no plan.")
    write_rows(plan.sources, COLUMNS, Format.table)
    typer.echo(
        f"{plan.calls} calls"
        + (f", about {plan.estimated_ms} ms" if plan.estimated_ms is not None else "")
    )
    if failed := [field for field in plan.fields if field.error]:
        refuse("\n".join(visible(f"{field.path}: {field.error}") for field in failed))
