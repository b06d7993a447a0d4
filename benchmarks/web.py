"""Requests to Django's WSGI application in this process: the whole way, without a network."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import orjson

from gateway.wsgi import application


class Web:
    """Posts GraphQL's JSON, as the user of ``token``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def post(self, path: str, query: str, **variables: Any) -> bytes:
        """The answer's body. Raises ValueError when it is not 200."""
        body = orjson.dumps({"query": query, "variables": variables})
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": path,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"JWT {self._token}",
            "wsgi.input": io.BytesIO(body),
        }
        setup_testing_defaults(environ)
        statuses: list[str] = []
        response = application(environ, lambda status, *_: statuses.append(status))
        answer = b"".join(response)
        response.close()
        if not statuses[-1].startswith("200"):
            raise ValueError(f"{path} answered {statuses[-1]}: {answer[:500]!r}")
        return answer

    def data(self, path: str, query: str, **variables: Any) -> dict[str, Any]:
        """The answer's data. Raises ValueError when it has errors."""
        answer = orjson.loads(self.post(path, query, **variables))
        if "errors" in answer:
            raise ValueError(answer["errors"])
        data: dict[str, Any] = answer["data"]
        return data
