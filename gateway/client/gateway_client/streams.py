"""Subscriptions over server-sent events, in the distinct connections mode of graphql-sse.

The protocol: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

import json
from typing import Any

import httpx

from .generated.exceptions import GraphQLClientGraphQLMultiError, GraphQLClientHttpError

# The gateway sends a comment every 12 seconds, so that silence means a lost connection.
TIMEOUT = httpx.Timeout(10, read=40)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0


class Ended(Exception):
    """The stream has completed."""


class Events:
    """Takes the lines of a stream one by one, and returns the data of an event at its end."""

    def __init__(self) -> None:
        self.event = self.text = ""

    def data(self, line: str) -> dict[str, Any] | None:
        """The ``data`` of a ``next`` event, or None: no event ends with this line.

        Raises Ended at ``complete``, and GraphQLClientGraphQLMultiError for an event with errors.
        """
        if line:
            name, _, value = line.partition(":")
            if name == "event":
                self.event = value.strip()
            elif name == "data":
                self.text += value.strip()
            return None
        event, text, self.event, self.text = self.event, self.text, "", ""
        if event == "complete":
            raise Ended
        if event != "next":
            return None
        answer: dict[str, Any] = json.loads(text)
        if answer.get("errors"):
            raise GraphQLClientGraphQLMultiError.from_errors_dicts(
                answer["errors"], answer.get("data")
            )
        return answer.get("data")


def request_of(document: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The arguments of httpx's ``stream`` for a subscription."""
    body = {"query": document, "variables": variables}
    return {"json": body, "headers": {"Accept": "text/event-stream"}, "timeout": TIMEOUT}


def refused(response: httpx.Response) -> bool:
    """Returns True to connect again later. Raises GraphQLClientHttpError for a final refusal."""
    if response.status_code in (429, 502, 503, 504):
        return True
    if response.status_code != httpx.codes.OK:
        raise GraphQLClientHttpError(response.status_code, response)
    return False
