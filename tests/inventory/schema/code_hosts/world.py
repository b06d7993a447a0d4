"""Providers of the kind github, and operations of their users."""

from inventory.models import Repository
from inventory.services.providers import provider_connect
from tests.clouds.apis.github import OWNER, GitHub

READ_ALL = "{ repositoriesConnection(maxAge: 0) { complete } }"
COMMENT = """mutation ($id: ID!) { addComment(input: {subjectId: $id, body: "Thank you."}) {
    commentEdge { node { repository { nameWithOwner } url } } errors { field code message } } }"""


def connect(user, name="GitHub", **credentials):
    """A provider with a token, unless ``token`` is None."""
    given = {"token": GitHub.token, **credentials}
    return provider_connect(
        owner=user,
        kind="github",
        name=name,
        credentials={key: value for key, value in given.items() if value},
    )


def imported(url=f"https://github.com/{OWNER}/boat", full_name=f"{OWNER}/boat"):
    """A repository of this name that no host lists."""
    owner = full_name.partition("/")[0]
    return Repository.objects.create(
        name="imported", full_name=full_name, owner_login=owner, url=url
    )
