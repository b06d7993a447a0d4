"""GraphQL over HTTP for tests: the whole of Django, without a server."""

import json
from typing import Any

from django.test import Client

from gateway.core.accounts.access_tokens import access_token_issue
from gateway.core.accounts.sessions import session_begin

ENDPOINT = "/graphql/"


def token_of(user: Any) -> str:
    """An access token of a session of its own, as a login would bring it."""
    return access_token_issue(user=user, session=session_begin(user=user)).token


class GraphQLClient:
    """Sends operations as curl would. ``token``: a JWT, sent as in the book."""

    def __init__(self, token: str | None = None, *, user_agent: str = "curl/8") -> None:
        self._http = Client(headers={"User-Agent": user_agent})
        self.token = token

    def post(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The whole answer: data, errors, extensions."""
        headers = {"Authorization": f"JWT {self.token}"} if self.token else {}
        response = self._http.post(
            ENDPOINT,
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers=headers,
        )
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an answer that must have no errors."""
        answer = self.post(query, variables)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found

    def errors(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """The errors of an answer that must have some."""
        found: list[dict[str, Any]] = self.post(query, variables)["errors"]
        assert found
        return found

    def log_in(self, username: str, password: str) -> "GraphQLClient":
        query = """mutation ($username: String!, $password: String!) {
            tokenAuth(username: $username, password: $password) { token } }"""
        answer = self.data(query, username=username, password=password)
        return GraphQLClient(answer["tokenAuth"]["token"])
