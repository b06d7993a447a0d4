"""A real Docker engine, if one runs: objects that tests leave behind there are removed."""

import os
from contextlib import contextmanager

from inventory.providers import connect, get_kind

HOST = os.environ.get("REAL_DOCKER")


def real_engine(timeout=60):
    kind = get_kind("docker")
    return connect(kind, kind.clean_credentials({"host": HOST}), "global", timeout)


@contextmanager
def left_as_it_was():
    """The engine has the containers and the images again that it had, and no others."""
    with real_engine() as engine:
        containers = {one.external_id for one in engine.read("containers")}
        images = {one.external_id for one in engine.read("images")}
    try:
        yield
    finally:
        with real_engine() as engine:
            for container in engine.read("containers"):
                if container.external_id not in containers:
                    engine.do("containers", "remove", container.external_id)
            for image in engine.read("images"):
                if image.external_id not in images:
                    _forget(engine, image.external_id)


def _forget(engine, name):
    """Remove an image. The product has no function that does it."""
    engine._driver.connection.request(f"/images/{name}", method="DELETE", params={"force": "true"})
