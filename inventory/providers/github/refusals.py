"""The refusals of GitHub that are temporary, and those that are final.

An error of the REST API has a sentence and no code; most of the GraphQL API's have a ``type``. A
sentence may quote a login, an id or a cursor of the user's, so each is compared from its beginning.
"""

from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.refusals import final, temporary

LIMITS = "https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"
QUERY_LIMITS = (
    "https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"
)
TOKENS = "https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api"
# The older words of the same limit, which Enterprise Servers still have:
ABUSE = "https://github.com/octokit/plugin-throttling.js/pull/438"
CONTRIBUTORS = "https://docs.github.com/en/rest/repos/repos#list-repository-contributors"

# Seconds, where GitHub names no time: "wait for at least one minute", and "continuing to make
# requests while you are rate limited may result in the banning of your integration":
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
SECONDARY_WAIT = 60.0

REFUSALS = (
    temporary(
        Code.RATE_LIMITED,
        403,
        "API rate limit exceeded for user ID 1.",
        pattern="^API rate limit (already )?exceeded",
        source=LIMITS,
    ),
    temporary(
        Code.RATE_LIMITED,
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        pattern="^You have exceeded a secondary rate limit",
        source=LIMITS,
    ),
    temporary(
        Code.RATE_LIMITED,
        403,
        "You have triggered an abuse detection mechanism. Please wait a few minutes before you try "
        "again.",
        pattern="^You have triggered an abuse detection mechanism",
        source=ABUSE,
    ),
    temporary(
        Code.RATE_LIMITED,
        200,
        "API rate limit already exceeded for user ID 1.",
        word="RATE_LIMITED",
        source=QUERY_LIMITS,
    ),
    final(
        Code.PERMISSION_DENIED,
        403,
        "Resource not accessible by personal access token",
        pattern="^Resource not accessible by ",
        source=LIMITS,
    ),
    final(
        Code.NOT_SUPPORTED,
        403,
        "The history or contributor list is too large to list contributors for this repository "
        "via the API.",
        pattern="^The history or contributor list is too large",
        source=CONTRIBUTORS,
    ),
    final(
        Code.INVALID_CREDENTIALS, 401, "Bad credentials", pattern="^Bad credentials", source=TOKENS
    ),
)
