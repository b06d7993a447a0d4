"""Requests to Django's WSGI application in this process: the whole way, without a network."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import orjson

from gateway.wsgi import application


class Web:
    """Posts GraphQL's JSON, as the user of ``token``; None: without a login."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def post(self, path: str, query: str, **variables: Any) -> bytes:
        """The answer's body. Raises ValueError when it is not 200."""
        status, answer = self.answer(path, query, **variables)
        if not status.startswith("200"):
            raise ValueError(f"{path} answered {status}: {answer[:500]!r}")
        return answer

    def answer(self, path: str, query: str, **variables: Any) -> tuple[str, bytes]:
        """Status and body, whatever they are."""
        body = orjson.dumps({"query": query, "variables": variables})
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        if self._token is not None:
            environ["HTTP_AUTHORIZATION"] = f"JWT {self._token}"
        setup_testing_defaults(environ)
        statuses: list[str] = []
        response = application(environ, lambda status, *_: statuses.append(status))
        answer = b"".join(response)
        response.close()
        return statuses[-1], answer

    def data(self, path: str, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data. Raises ValueError when it has errors."""
        answer = orjson.loads(self.post(path, query, **variables))
        if "errors" in answer:
            raise ValueError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data
