"""Makes the client of a command: from the environment, or from the profile's address and tokens."""

import base64
import json
import os
import time
from dataclasses import dataclass

import typer

from gateway_client import Gateway
from gateway_client.addresses import DEFAULT, graphql_address

from . import secrets
from .exits import LOGGED_OUT, refuse
from .profiles import directory, read_profiles

EARLY_SECONDS = 60  # before an access token expires it is renewed


@dataclass
class Chosen:
    """The options before the command."""

    profile: str
    url: str | None


def chosen(context: typer.Context) -> Chosen:
    found = context.find_object(Chosen)
    assert found is not None  # noqa: S101 - set by the callback of the app
    return found


def address_of(choice: Chosen) -> str:
    """``--url`` or GATEWAY_URL, else the profile's address, else that of `make run`."""
    return to_address(choice.url or read_profiles().get(choice.profile) or DEFAULT)


def to_address(url: str) -> str:
    """The address of the GraphQL endpoint; raises BadParameter if ``url`` is none."""
    try:
        return graphql_address(url)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--url") from error


def connect(context: typer.Context) -> Gateway:
    """A client that is logged in. Raises CommandError if no user is logged in."""
    choice = chosen(context)
    url = address_of(choice)
    token = os.environ.get("GATEWAY_TOKEN")
    if token:
        return Gateway(url, token)
    known = read_profiles().get(choice.profile)
    if known is not None and known != url:  # its token must reach no other server
        refuse(
            f"The profile {choice.profile!r} is logged in at {known}, not at {url}. "
            "Log in there under a profile of its own: gateway --profile NAME --url URL login. "
            "Or set GATEWAY_TOKEN.",
            LOGGED_OUT,
        )
    return Gateway(url, Session(url, choice.profile).token)


class Session:
    """The tokens of a profile. An access token that is about to expire is renewed, and kept."""

    def __init__(self, url: str, profile: str) -> None:
        self.url, self.profile = url, profile
        kept = secrets.load(directory(), profile)
        if kept is None:
            refuse(
                f"You are not logged in (profile {profile!r}). Log in: gateway login.",
                LOGGED_OUT,
            )
        self.kept: dict[str, str] = kept

    def token(self) -> str:
        if (
            "refreshToken" in self.kept
            and expires_at(self.kept["token"]) - EARLY_SECONDS < time.time()
        ):
            self.renew()
        return self.kept["token"]

    def renew(self) -> None:
        """Two commands that renew it at once are given the same successor."""
        with Gateway(self.url) as gateway:
            new = gateway.refresh_session(self.kept["refreshToken"])
        if new is None or new.refresh_token is None:
            refuse("The session has ended. Log in again: gateway login.", LOGGED_OUT)
        self.kept = {"token": new.token, "refreshToken": new.refresh_token}
        secrets.save(directory(), self.profile, self.kept)


def expires_at(token: str) -> float:
    """Seconds since 1970 at which an access token expires, by its own claim."""
    claims = token.split(".")[1]
    return float(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"])
