"""GitHub: github.com, an enterprise with data residency, or a GitHub Enterprise Server."""

from inventory.providers.account import AccountFields
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.github import issues, organizations, people, repositories
from inventory.providers.github.address import LOGIN, place_of, with_one_spelling
from inventory.providers.github.refusals import REFUSALS, SECONDARY_WAIT
from inventory.providers.kind import (
    GLOBAL,
    CodeHost,
    ProviderKind,
    RateLimit,
    Values,
    driver_at,
    listed_sizes_only,
    only_global,
)
from inventory.providers.table import table_of


def judge(credentials: Values) -> None:
    """Raises CredentialProblem."""
    owner = credentials.get("owner")
    if owner and LOGIN.fullmatch(owner) is None:
        raise CredentialProblem("owner", "must be the login of an organization or a user.")
    if not owner and not credentials.get("token"):
        raise CredentialProblem("owner", "is required, unless there is a token.")


def code_host(credentials: Values) -> CodeHost:
    return CodeHost(place_of(credentials).web, credentials.get("owner") or None)


KIND = ProviderKind(
    slug="github",
    label="GitHub",
    description="The repositories of an organization or a user, or all that a token can see.",
    driver=driver_at("inventory.providers.github.driver", "GitHubDriver"),
    credentials=(
        CredentialField(
            "token",
            "Access token",
            help="A personal access token, created under Developer settings. Without one, only "
            "public data can be read, with 60 requests an hour.",
            secret=True,
            required=False,
            sample="sample",
        ),
        CredentialField(
            "owner",
            "Owner",
            help="The organization or user whose repositories are listed. Without it, all "
            "repositories that the token's user owns, works on, or can see as a member of an "
            "organization.",
            required=False,
        ),
        CredentialField(
            "endpoint_url",
            "Endpoint",
            help="Only for a GitHub other than github.com: the address of its pages, for example "
            "https://github.example.com or https://octocorp.ghe.com.",
            required=False,
            url=True,
        ),
    ),
    account=AccountFields(
        compared=("endpoint_url", "owner"),
        canonical=with_one_spelling,
    ),
    judge=judge,
    takes_unlisted_size=listed_sizes_only,
    default_regions=(GLOBAL,),
    known_regions=only_global,
    every_region=only_global,
    # 5,000 points an hour, of which a list of 100 repositories takes three: "Rate limits and query
    # limits for the GraphQL API". An account without a token has less, and GitHub itself says so.
    rate=RateLimit(per_second=0.5, burst=100, pause=SECONDARY_WAIT),
    permissions=(
        "A fine-grained token with Metadata: read-only, and Issues: read-only to list issues or",
        "read and write to comment; a classic one with `repo` (or `public_repo`) and `read:org`.",
        "Without a token, only public data can be read.",
    ),
    limits=(
        "Without a token, open issues are counted with pull requests.",
        "Without a token, only members who made their membership public are shown.",
        (
            "GitHub refuses a contributor list that is too large; the lists of other "
            "repositories are shown."
        ),
        "At most the first hundred contributors or collaborators are shown.",
        "An organization with single sign-on is shown only to a token authorized for it.",
    ),
    refusals=REFUSALS,
    not_covered=(
        "Repositories of organizations that a fine-grained token was not created for.",
        "Gists, and repositories that the account has only starred or watches.",
    ),
    table=table_of(repositories, organizations, issues, people),
    code_host=code_host,
)
