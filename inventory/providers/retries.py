"""Reads that are sent again when a cloud throttles them, or fails for a moment.

One throttled page would otherwise fail a whole listing. The vendors' SDKs do the same: three tries,
exponential back-off with full jitter, and the server's ``Retry-After``:

- AWS, standard mode: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
- Google: https://cloud.google.com/compute/docs/api/best-practices
- Azure: https://learn.microsoft.com/azure/architecture/best-practices/retry-service-specific

An action is never sent again here: a job does that, after it has looked.
"""

import random
import re
import time

import requests

from gateway.core.http.retry_after import retry_after_of

TRIES = 3  # of one request, the first included
TASK_RETRIES = 10  # of all requests of one task: a long listing must not triple a cloud's load
FIRST_PAUSE = 1.0
# A server that asks for more is not waited for: the error keeps what it asked for.
LONGEST_PAUSE = 10.0
SECONDS_FOR_REPLY = 0.25  # a retry that leaves less than this of the deadline is not made

READ_METHODS = frozenset({"GET", "HEAD"})
# Some APIs act by GET too: EC2 and Aliyun name the action in the query, CloudStack the command.
# Those that only read begin with these words.
COMMAND = re.compile(r"[?&](?:Action|command)=([^&]*)")
READ_COMMANDS = re.compile(r"(?:Describe|Get|List|get|list|query)[A-Z]")
# EC2 sends everything by POST. Its actions that only read begin with these words.
READ_ACTIONS = re.compile(rb"(?:^|&)Action=(?:Describe|Get|List)[A-Z]")
# GraphQL is asked by POST too. A document of ours has one operation, which the body begins with.
READ_QUERY = re.compile(rb'\{"query": "query [A-Z]')
DRY_RUN = re.compile(rb"(?:^|&)DryRun=")
TOO_MANY_REQUESTS = 429
TRANSIENT = frozenset({TOO_MANY_REQUESTS, 500, 502, 503, 504})
# Some clouds say "too often" with another status: their own words for it.
THROTTLING_STATUSES = frozenset({400, 403, 413})
THROTTLING = re.compile(
    rb"\b(?:rateLimitExceeded|userRateLimitExceeded|RequestLimitExceeded|Throttling|"
    rb"ThrottlingException|EC2ThrottledException|TooManyRequestsException|overLimit)\b"
)
LONGEST_ERROR = 4096  # bytes of a reply in which a word is searched

sleep = time.sleep


def is_read(request: requests.PreparedRequest) -> bool:
    """True if sending the request twice has the effect of sending it once."""
    if request.method in READ_METHODS:
        return reads_by_its_query(request)
    body = request.body or b""
    form = body.encode() if isinstance(body, str) else body
    if request.method != "POST" or not isinstance(form, bytes):
        return False
    if READ_QUERY.match(form) is not None:
        return True
    return READ_ACTIONS.search(form) is not None and DRY_RUN.search(form) is None


def reads_by_its_query(request: requests.PreparedRequest) -> bool:
    """True if a GET reads: its query has no command, or only commands that read."""
    return all(map(READ_COMMANDS.match, COMMAND.findall(request.path_url)))


def is_transient(response: requests.Response) -> bool:
    """True if the same request may succeed in a moment. The body must have been read."""
    if response.status_code in TRANSIENT:
        return True
    if response.status_code not in THROTTLING_STATUSES:
        return False
    return THROTTLING.search(response.content[:LONGEST_ERROR]) is not None


def is_throttled(response: requests.Response) -> bool:
    """True if the account sends too many requests. The body must have been read."""
    if response.status_code == TOO_MANY_REQUESTS:
        return True
    return response.status_code in THROTTLING_STATUSES and is_transient(response)


def pause_before_retry(
    response: requests.Response, *, tries: int, left: float, throttled: float = 0.0
) -> float | None:
    """Seconds to wait after ``tries`` tries; None: it is not sent again.

    ``left``: seconds until the deadline. The pause ends before it. ``throttled``: seconds that a
    cloud which throttles and names no time asks for in its documentation.
    """
    if tries >= TRIES or not is_transient(response):
        return None
    jitter = random.random()  # noqa: S311 - nothing secret
    asked = retry_after_of(response.headers) or (throttled if is_throttled(response) else None)
    if asked:
        pause = asked * (1 + jitter / 10)
    else:
        pause = jitter * min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1))
    is_too_long = (asked or pause) > LONGEST_PAUSE or pause > left - SECONDS_FOR_REPLY
    return None if is_too_long else pause
