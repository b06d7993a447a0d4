"""The command ``gateway``: joins the commands, and ends with a message and an exit code."""

import sys
from importlib.metadata import version
from typing import Annotated

import httpx
import typer
from pydantic import ValidationError

from gateway_client import (
    GraphQLClientError,
    GraphQLClientGraphQLMultiError,
    GraphQLClientHttpError,
)

from . import jobs, machines, queries, sessions
from .buckets import buckets
from .connection import Chosen
from .exits import LOGGED_OUT, REFUSED, UNREACHABLE, CommandError
from .export import export
from .output import note
from .providers import providers
from .provision import provision
from .repositories import repositories

LOGGED_OUT_CODES = ("UNAUTHENTICATED", "TOKEN_EXPIRED", "INVALID_TOKEN")
app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(providers, name="providers")
app.add_typer(buckets, name="buckets")
for command in (
    *(sessions.login, sessions.logout, sessions.whoami),
    *(
        machines.machines,
        machines.start,
        machines.stop,
        machines.reboot,
        machines.terminate,
        provision,
    ),
    *(jobs.jobs, jobs.job, jobs.cancel, jobs.retry, jobs.watch),
    *(queries.query, queries.explain, repositories, export),
):
    app.command()(command)


def show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(version("cloud-gateway-client"))
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    profile: Annotated[
        str, typer.Option(envvar="GATEWAY_PROFILE", help="Which log-in to use.")
    ] = "default",
    url: Annotated[
        str | None, typer.Option(envvar="GATEWAY_URL", help="The gateway's address.")
    ] = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=lambda value: show_version(wanted=value), is_eager=True),
    ] = False,
) -> None:
    """One command line over every cloud you rent.

    Log in first: gateway login. GATEWAY_TOKEN, an API token, takes the place of a log-in.

    Exit codes: 1 refused or failed, 2 wrong usage, 3 an incomplete answer, 4 not logged in, 5 the
    gateway is not reachable.
    """
    context.obj = Chosen(profile=profile, url=url)


def main() -> None:
    try:
        app()
    except CommandError as error:
        end(str(error), error.code)
    except GraphQLClientGraphQLMultiError as error:
        end(*of_graphql(error))
    except GraphQLClientHttpError as error:
        end(*of_http(error))
    except httpx.TransportError as error:
        end(f"The gateway is not reachable: {error}", UNREACHABLE)
    except (GraphQLClientError, ValidationError) as error:
        end(f"The answer is not what this version of the client expects: {error}", REFUSED)


def end(message: str, code: int) -> None:
    note(message)
    sys.exit(code)


def of_graphql(error: GraphQLClientGraphQLMultiError) -> tuple[str, int]:
    """The messages of the errors with their codes and hints, and the exit code."""
    codes = {str((one.extensions or {}).get("code", "")) for one in error.errors}
    lines = [
        queries.describe({"message": one.message, "extensions": one.extensions})
        for one in error.errors
    ]
    return "\n".join(lines), LOGGED_OUT if codes & set(LOGGED_OUT_CODES) else REFUSED


def of_http(error: GraphQLClientHttpError) -> tuple[str, int]:
    """A status other than 2xx: what the answer says of it, and the exit code."""
    response = error.response
    try:
        lines = [queries.describe(one) for one in response.json()["errors"]]  # type: ignore[attr-defined]
    except (ValueError, KeyError, TypeError):
        lines = [f"The gateway answered with status {error.status_code}."]
    code = {401: LOGGED_OUT, 502: UNREACHABLE, 503: UNREACHABLE, 504: UNREACHABLE}
    return "\n".join(lines), code.get(error.status_code, REFUSED)
