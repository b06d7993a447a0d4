"""An empty list of a driver has to come from replies that show an empty list.

Many drivers take each of these for a list without objects, if the status is a success: an empty
body, ``{}``, an object that describes an error, another document of XML, the page of a proxy.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs

from libcloud.common.types import MalformedResponseError

from gateway.core.http.urls import split_url
from inventory.providers.unanswered import Reply

DEEPEST = 4  # objects around a list, in a reply
NO_LIST = "The cloud's answer has no list of the objects."
OF_ERRORS = re.compile(r"error|fault", re.IGNORECASE)  # names of JSON and XML
# The first element of a document, after its declaration and comments.
ROOT = re.compile(rb"(?:<[?!][^>]*>|\s|\xef\xbb\xbf)*<(?:[\w.-]+:)?([\w.-]+)")


def check_empty(replies: Iterable[Reply]) -> None:
    """Raises MalformedResponseError if one of the replies to an empty list shows no list."""
    for reply in replies:
        if not _shows_list(reply):
            raise MalformedResponseError(NO_LIST)


def _shows_list(reply: Reply) -> bool:
    """True also for a long document that is not XML: it is more than an error."""
    if found := ROOT.match(reply.body):
        return _is_list_of_xml(reply.url, found[1].decode())
    if not reply.is_whole:
        return True
    try:
        return _has_list(json.loads(reply.body))
    except (ValueError, RecursionError):
        return False


def _has_list(value: Any, depth: int = 0) -> bool:
    """True for a list, also an empty one in an object. CloudStack leaves out an empty list, and
    gridscale has an object for it.
    """
    if isinstance(value, Mapping) and depth < DEEPEST:
        names = [name for name in value if not OF_ERRORS.search(name)]
        is_empty = bool(depth) and (not value or value.get("count") == 0)
        return is_empty or any(_has_list(value[name], depth + 1) for name in names)
    return isinstance(value, list)


def _is_list_of_xml(url: str, name: str) -> bool:
    """The APIs of EC2 and Aliyun name the document after the command in the query."""
    commands = parse_qs(split_url(url).query).get("Action", [""])
    is_other = name.lower() == "html" or OF_ERRORS.search(name)
    return not is_other and name.startswith(commands[0])
