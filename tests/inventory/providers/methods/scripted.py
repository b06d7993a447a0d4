"""libcloud's own drivers, whose requests are answered by a function.

The tests replace only the ``request`` of a driver's connection. Constructors are left out, because
some of them sign in. The replies follow each vendor's reference.
"""

import xml.etree.ElementTree as ET
from types import SimpleNamespace

from libcloud.common.base import Connection

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"


class Raw(SimpleNamespace):
    """A reply as libcloud's methods see it."""


def answered(body, *, status=200, headers=None):
    return Raw(
        object=body, body=str(body), status=status, headers=headers or {}, success=lambda: True
    )


def driver(cls, answer, connection=Connection, **attributes):
    """A driver of the class. ``answer(method, path, params, data)`` returns a body, or a ``Raw``.

    ``asked`` of its connection: the requests.
    """
    made = object.__new__(cls)

    def request(self, action, params=None, data=None, method="GET", **_options):
        self.asked.append((method, action, dict(params or {}), data))
        found = answer(method, action, dict(params or {}), data)
        return found if isinstance(found, Raw) else answered(found)

    members = {"__init__": lambda _self: None, "request": request, "driver": made}
    scripted = type("Scripted", (connection,), members)()
    scripted.asked = []
    vars(made).update({"connection": scripted, **attributes})
    return made


def asked(made, method=None):
    return [one for one in made.connection.asked if method in {None, one[0]}]


def xml(action, inside, namespace=NAMESPACE):
    text = f'<{action}Response xmlns="{namespace}">{inside}</{action}Response>'
    return ET.fromstring(text)  # noqa: S314 - the test's own


def thing(external_id="1", name="web", **extra):
    """A node, volume or other object of libcloud, of which actions look at these fields."""
    return SimpleNamespace(id=external_id, name=name, extra=extra)
