"""``login``, ``logout`` and ``whoami``."""

from typing import Annotated

import typer

from gateway_client import Gateway, GraphQLClientGraphQLMultiError

from . import secrets
from .connection import address_of, chosen, connect
from .exits import LOGGED_OUT, refuse
from .output import note, visible
from .profiles import directory, forget_profile, save_profile

TOKEN_PREFIX = "cgw_"  # noqa: S105 - how API tokens begin


def login(
    context: typer.Context,
    username: Annotated[str | None, typer.Option(help="Asked for if it is not given.")] = None,
    with_token: Annotated[
        bool, typer.Option("--with-token", help="Read an API token (cgw_…) from standard input.")
    ] = False,
) -> None:
    """Log in and keep the tokens in the keyring, or in a file that only you may read.

    Example: gateway --url https://gateway.example.org login --username ann
    """
    choice = chosen(context)
    url = address_of(choice)
    kept = from_token(url) if with_token else from_password(url, username)
    save_profile(choice.profile, url)
    note(f"Logged in at {url}. The token is in {secrets.save(directory(), choice.profile, kept)}.")


def from_token(url: str) -> dict[str, str]:
    token = typer.get_text_stream("stdin").readline().strip()
    if not token.startswith(TOKEN_PREFIX):
        refuse(
            f"An API token begins with {TOKEN_PREFIX}. Make one with createApiToken.", LOGGED_OUT
        )
    with Gateway(url, token) as gateway:
        gateway.get_viewer()  # raises if the gateway does not accept it
    return {"token": token}


def from_password(url: str, username: str | None) -> dict[str, str]:
    username = username or typer.prompt("User name")
    password = read_password()
    with Gateway(url) as gateway:
        session = gateway.log_in(username, password)
    if session is None or session.refresh_token is None:
        refuse("The gateway opened no session.", LOGGED_OUT)
    return {"token": session.token, "refreshToken": session.refresh_token}


def read_password() -> str:
    """From the terminal, without showing it; else the first line of standard input."""
    stdin = typer.get_text_stream("stdin")
    if stdin.isatty():
        return str(typer.prompt("Password", hide_input=True))
    return stdin.readline().rstrip("\r\n")


def logout(context: typer.Context) -> None:
    """End the session and forget its tokens. An API token stays valid until it is revoked.

    Example: gateway --profile work logout
    """
    choice = chosen(context)
    kept = secrets.load(directory(), choice.profile)
    if kept is None:
        note("You were not logged in.")
        return
    if "refreshToken" in kept:
        try:
            with Gateway(address_of(choice)) as gateway:
                gateway.log_out(kept["refreshToken"])
        except GraphQLClientGraphQLMultiError as error:
            note(f"The gateway had ended the session already: {error}")
    secrets.forget(directory(), choice.profile)
    forget_profile(choice.profile)
    note("Logged out.")


def whoami(context: typer.Context) -> None:
    """Print the user's login and the gateway's address.

    Example: gateway --profile work whoami
    """
    with connect(context) as gateway:
        viewer = gateway.get_viewer()
    if viewer is None:
        refuse("You are not logged in.", LOGGED_OUT)
    typer.echo(visible(f"{viewer.login} at {gateway.url}"))
