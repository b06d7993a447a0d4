"""A proxy in front of a Docker engine that acts when the engine has answered.

    with engine_proxy("tcp://127.0.0.1:2375") as proxy:
        proxy.after("POST", "/containers/create", then)   # once; nobody has heard the answer yet

All else passes as it is.
"""

from contextlib import contextmanager
from urllib.parse import urlsplit

from tests.functional.passing_proxy import PassingProxy, running


class EngineProxy(PassingProxy):
    """``passed``: what was asked, as "METHOD /path", without the version of the API."""

    def __init__(self, engine):
        super().__init__(engine.replace("tcp://", "http://"))
        self.passed = []
        self._then = None

    @property
    def address(self):
        return f"tcp://127.0.0.1:{self.port}"

    def after(self, method, path, then):
        self._then = (f"{method} {path}", then)

    def answered(self, method, path, _body):
        parts = urlsplit(path).path.split("/")
        asked = f"{method} /{'/'.join(one for one in parts if one and not one.startswith('v1.'))}"
        self.passed.append(asked)
        if self._then is not None and self._then[0] == asked:
            (_, then), self._then = self._then, None
            then()


@contextmanager
def engine_proxy(engine):
    with running(EngineProxy(engine)) as proxy:
        yield proxy
