"""Repositories of GitHub in the API: lists, organizations, issues, comments, and call counts."""

import pytest

from gateway.core.ids import global_id
from inventory.models import Grant, Repository, Role, Source
from inventory.services.providers import provider_connect
from tests.client import GraphQLClient, token_of
from tests.clouds.apis.github import OWNER, GitHub
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import reply
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what GitHub is asked and answers
]

LIST = "{ repositoriesConnection(%s) { totalCount complete nodes { id fullName owner stale } %s } }"
SOURCES = "sources { status nextTryAt error { code message retryable } }"


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def user():
    return make_user("gregor")


@pytest.fixture
def client(user):
    return GraphQLClient(token_of(user))


def connect(user, name="GitHub", **credentials):
    given = {"token": GitHub.token, **credentials}
    return provider_connect(
        owner=user,
        kind="github",
        name=name,
        credentials={key: value for key, value in given.items() if value},
    )


@pytest.fixture
def provider(github, user):
    return connect(user)


def test_a_page_of_a_hundred_repositories_with_owners_is_one_request(client, github, provider):
    github.add(70)
    fields = "first: 100, maxAge: 0"

    page = client.data(LIST % (fields, SOURCES))["repositoriesConnection"]

    assert (page["totalCount"], page["complete"], len(page["nodes"])) == (100, True, 100)
    assert {one["owner"] for one in page["nodes"]} == {OWNER}
    assert [one["status"] for one in page["sources"]] == ["LIVE"]
    assert len(github.asked) == 1


def test_every_field_of_a_repository(client, github, provider):
    query = """{ repositoriesConnection(filter: {name: "boat"}) { nodes { name nameWithOwner url
        description ownerInfo { name } defaultBranch visibility language topics stars forks
        openIssues archived license pushedAt createdAt provider { name } externalId state rawState
        lastState missingSince observedAt stale problem } } }"""
    github.repositories[0] |= {"topics": ["sea"], "pushed_at": "2020-02-02T02:02:02Z"}

    (boat,) = client.data(query)["repositoriesConnection"]["nodes"]

    assert boat | {"observedAt": None} == {
        "name": "boat",
        "nameWithOwner": f"{OWNER}/boat",
        "url": f"https://github.com/{OWNER}/boat",
        "description": "S.T.A.R. boat",
        "ownerInfo": {"name": OWNER},
        "defaultBranch": "master",
        "visibility": "PUBLIC",
        "language": github.repositories[0]["language"],
        "topics": ["sea"],
        "stars": github.repositories[0]["stargazers_count"],
        "forks": github.repositories[0]["forks_count"],
        "openIssues": 1,
        "archived": False,
        "license": "Apache-2.0",
        "pushedAt": "2020-02-02T02:02:02+00:00",
        "createdAt": github.repositories[0]["created_at"].replace("Z", "+00:00"),
        "provider": {"name": "GitHub"},
        "externalId": "147539337",
        "state": "ACTIVE",
        "rawState": "active",
        "lastState": None,
        "missingSince": None,
        "observedAt": None,
        "stale": False,
        "problem": None,
    }


def test_the_lists_of_the_book_have_the_repositories_of_hosts_too(client, github, provider):
    client.data(CREATE % "")

    names = [
        one["fullName"] for one in client.data("{ repositories { fullName } }")["repositories"]
    ]

    assert len(names) == 31
    assert f"{OWNER}/boat" in names
    assert f"{OWNER}/added" in names
    data = client.data("""{ community { name repositories { name } }
        repository(name: "boat") { provider { name } } }""")
    assert data["community"]["name"] == OWNER
    assert len(data["community"]["repositories"]) == 31
    assert data["repository"] == {"provider": {"name": "GitHub"}}
    newest = client.data("{ viewer { repositories(last: 1) { totalCount nodes { name } } } }")
    assert newest["viewer"]["repositories"] == {"totalCount": 31, "nodes": [{"name": "added"}]}


CREATE = """mutation { createRepository(url: "https://github.com/cloudmesh-community/added",
    name: "added", fullName: "cloudmesh-community/added") { id %s } }"""


def test_a_repository_that_was_added_here_has_no_provider(client, github, provider):
    fields = "externalId state rawState observedAt stale provider { name } stars visibility topics"

    added = client.data(CREATE % fields)["createRepository"]

    own = {name: value for name, value in added.items() if name != "id"}
    assert own == {
        "externalId": None,
        "state": "UNKNOWN",
        "rawState": None,
        "observedAt": None,
        "stale": False,
        "provider": None,
        "stars": None,
        "visibility": None,
        "topics": [],
    }
    node = 'node(id: "%s") { id ... on Repository { name } }'
    by_id = 'repository(id: "%s") { id name }'
    for field in (node, by_id):
        found = client.data(f"{{ {field % added['id']} }}")
        assert found[field.partition("(")[0]] == {"id": added["id"], "name": "added"}


@pytest.mark.parametrize(
    ("given", "shows"),
    [
        ("", True),
        ('search: "added"', True),
        ('search: "boat"', False),
        ('kind: ["github"]', False),
        ("state: [ACTIVE]", False),
    ],
)
def test_the_connection_has_what_was_added_here(client, github, provider, given, shows):
    client.data(CREATE % "")

    page = client.data(LIST % (f"filter: {{{given}}}", ""))["repositoriesConnection"]

    assert (f"{OWNER}/added" in {one["fullName"] for one in page["nodes"]}) is shows


def test_one_repository_by_its_id(client, github, provider):
    page = client.data(LIST % ('filter: {name: "boat"}', ""))["repositoriesConnection"]
    (boat,) = page["nodes"]
    github.rename("boat", "ship")

    found = client.data(f'{{ repository(id: "{boat["id"]}", maxAge: 0) {{ id name }} }}')

    assert found["repository"] == {"id": boat["id"], "name": "ship"}
    assert [one.path for one in github.asked[-2:]] == ["/repositories/147539337", "/graphql"]
    stored = client.data(f'{{ node(id: "{boat["id"]}") {{ ... on Repository {{ name }} }} }}')
    assert stored["node"] == {"name": "ship"}


def test_either_a_name_or_an_id(client):
    for given in ("", '(name: "a", id: "b")'):
        (error,) = client.errors(f"{{ repository{given} {{ id }} }}")
        assert error["extensions"]["code"] == "INVALID"


ORGANIZATION = """{ organization(login: "%s") { login name description url
    repositories(first: 100) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id fullName owner provider { name } } }
    members(first: 10) { login } } }"""


@pytest.mark.parametrize("token", [GitHub.token, None])
def test_an_organization(client, github, user, token):
    connect(user, token=token, owner=None if token else OWNER)
    github.add(70)

    answer = client.post(ORGANIZATION % OWNER)

    found = answer["data"]["organization"]
    assert "errors" not in answer
    assert (found["login"], found["name"]) == (OWNER, "Cloudmesh Community")
    assert found["repositories"]["totalCount"] == len(found["repositories"]["nodes"]) == 100
    assert [one["login"] for one in found["members"]][:1] == ["laszewsk"]
    (receipt,) = answer["extensions"]["sources"]
    assert (receipt["status"], answer["extensions"]["complete"]) == ("LIVE", True)
    assert len(github.asked) == (1 if token else 3)


def test_an_organization_in_pages(client, github, provider):
    query = """query ($after: String) { organization(login: "cloudmesh-community") {
        repositories(first: 20, after: $after, orderBy: {field: NAME, direction: DESC}) {
            pageInfo { hasNextPage endCursor } nodes { name } } } }"""
    first = client.data(query)["organization"]["repositories"]
    second = client.data(query, after=first["pageInfo"]["endCursor"])["organization"][
        "repositories"
    ]

    names = [one["name"].lower() for one in (*first["nodes"], *second["nodes"])]
    assert (len(names), names) == (30, sorted(names, reverse=True))
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


def test_two_pages_of_one_organization_are_two_questions(client, github, provider):
    found = client.data("""{ organization(login: "cloudmesh-community") {
        a: repositories(first: 2) { nodes { name } }
        b: repositories(first: 2, orderBy: {field: NAME, direction: DESC}) {
            nodes { name } } } }""")

    organization = found["organization"]
    assert organization["a"] != organization["b"]
    assert len(github.asked) == 2


def test_an_organization_that_there_is_not(client, github, provider):
    assert client.data(ORGANIZATION % "nobody-at-all") == {"organization": None}


@pytest.mark.parametrize("first", [0, 101, -1])
def test_a_page_that_no_host_has(client, github, provider, first):
    page = f"repositories(first: {first}) {{ totalCount }}"
    query = f'{{ organization(login: "x") {{ {page} }} }}'

    (error,) = client.errors(query)

    assert error["extensions"]["code"] == "INVALID"
    assert not github.asked


def test_without_a_host_of_code(client, github):
    (error,) = client.errors(ORGANIZATION % OWNER)

    assert error["extensions"]["code"] == "NOT_FOUND"
    assert "connectProvider" in error["message"]


ISSUES = "issues(first: 5) { id number title state author comments url body }"


def test_the_issues_of_a_page_are_one_request(client, github, provider):
    github.add(70)
    client.data(LIST % ("maxAge: 0", ""))
    asked = len(github.asked)

    found = client.data(
        "{ repositoriesConnection(first: 100) { nodes { name issues { number } } } }"
    )["repositoriesConnection"]["nodes"]

    assert {one["name"]: [issue["number"] for issue in one["issues"]] for one in found}["boat"] == [
        3,
        1,
    ]
    assert len(found) == 100
    assert len(github.asked) == asked + 1


@pytest.mark.parametrize("token", [GitHub.token, None])
def test_issues(client, github, user, token):
    connect(user, token=token, owner=None if token else OWNER)
    query = """{ repository(owner: "cloudmesh-community", name: "boat") {
        open: issues(first: 5, state: OPEN) { number title state author comments }
        issue(number: 1) { number body } none: issue(number: 99) { number }
        pullRequest: issue(number: 2) { number } } }"""

    found = client.data(query)["repository"]

    assert found == {
        "open": [
            {"number": 1, "title": "Issue 1", "state": "OPEN", "author": "laszewsk", "comments": 1}
        ],
        "issue": {"number": 1, "body": "It leaks."},
        "none": None,
        "pullRequest": None,
    }


IN_REPOSITORY = '{ repository(owner: "cloudmesh-community", name: "boat") { found: %s } }'
IN_ORGANIZATION = '{ organization(login: "cloudmesh-community") { found: %s } }'
# For each list: the query, the numbers of entries with a token and without one, and the numbers of
# known entries that are left out, with a token and without one.
CUT_LISTS = {
    "issues(first: %d) { number }": (IN_REPOSITORY, (2, 2), (1, None)),
    "contributors(first: %d) { login }": (IN_REPOSITORY, (3, 3), (None, None)),
    "members(first: %d) { login }": (IN_ORGANIZATION, (3, 2), (1, None)),
}


@pytest.mark.parametrize("token", [GitHub.token, None])
@pytest.mark.parametrize("asked", CUT_LISTS)
def test_a_list_that_has_more_says_so(client, github, user, token, asked):
    connect(user, token=token, owner=None if token else OWNER)
    github.public_members = 2
    query, totals, known = CUT_LISTS[asked]
    total, left_out = (totals[0], known[0]) if token else (totals[1], known[1])

    cut = client.post(query % asked % (total - 1))
    whole = client.post(query % asked % total)

    [shown] = cut["data"].values()
    assert len(shown["found"]) == total - 1
    assert cut["extensions"]["complete"] is False
    [noted] = cut["extensions"]["cuts"]
    assert (noted["lists"], noted["leftOut"]) == (1, left_out)
    number = "1 more" if left_out else "More"
    assert noted["message"] == f"{number} are not shown. Raise first, 100 at most."
    [shown] = whole["data"].values()
    assert len(shown["found"]) == total
    assert whole["extensions"]["complete"] is True
    assert "cuts" not in whole["extensions"]


def test_contributors_take_a_request_each(client, github, provider):
    query = '{ repository(name: "boat") { contributors(first: 2) { login contributions } } }'

    found = client.data(query)["repository"]["contributors"]

    assert found == [
        {"login": "laszewsk", "contributions": 9},
        {"login": "robludwig", "contributions": 8},
    ]
    assert [one.path for one in github.asked[1:]] == [f"/repos/{OWNER}/boat/contributors"]


def test_contributors_of_more_repositories_than_may_be_asked_for(client, github, provider):
    github.add(10)
    query = "{ repositoriesConnection { nodes { name contributors { login } } } }"

    answer = client.post(query)

    nodes = answer["data"]["repositoriesConnection"]["nodes"]
    assert {one["contributors"] for one in nodes} == {None}
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"INVALID_REQUEST"}
    assert len(github.asked) == 1


def test_a_repository_that_was_imported_is_asked_of_its_host(client, github, provider):
    Repository.objects.create(
        name="boat2",
        full_name=f"{OWNER}/boat",
        owner_login=OWNER,
        url=f"https://github.com/{OWNER}/boat",
    )

    found = client.data('{ repository(name: "boat2") { contributors(first: 1) { login } } }')

    assert found["repository"]["contributors"] == [{"login": "laszewsk"}]


def test_imported_repositories_are_asked_about_at_once_and_thirty_at_most(client, github, provider):
    for number in range(31):
        Repository.objects.create(
            name=f"r{number}",
            full_name=f"imported/r{number}",
            owner_login="imported",
            url=f"https://github.com/imported/r{number}",
        )

    answer = client.post('{ repositories(owner: "imported", first: 40) { issues { number } } }')

    assert {one["extensions"]["code"] for one in answer["errors"]} == {"INVALID_REQUEST"}
    assert len(answer["errors"]) == 31
    assert len(github.asked) == 1  # the list


COMMENT = """mutation ($id: ID!) { addComment(input: {subjectId: $id, body: "Thank you."}) {
    commentEdge { node { repository { nameWithOwner } url } } errors { field code message } } }"""


@pytest.mark.parametrize("of", ["gateway", "host"])
def test_a_comment_as_the_book_prints_it(client, github, provider, of):
    query = '{ repository(owner: "cloudmesh-community", name: "boat") { issue(number: 1) { id } } }'
    issue_id = client.data(query)["repository"]["issue"]["id"]
    assert issue_id == global_id("Issue", f"{provider.public_id}:I_1")

    answer = client.data(COMMENT, id=issue_id if of == "gateway" else "I_1")["addComment"]

    assert answer == {
        "commentEdge": {
            "node": {
                "repository": {"nameWithOwner": f"{OWNER}/boat"},
                "url": f"https://github.com/{OWNER}/boat/issues/1#issuecomment-1",
            }
        },
        "errors": [],
    }
    assert github.comments == [(1, "Thank you.")]


def test_a_comment_takes_an_operator(client, github, provider):
    viewer = make_user("viewer")
    Grant.objects.create(provider=provider, user=viewer, role=Role.VIEWER)
    stranger = make_user("stranger")
    for user, code in ((viewer, "FORBIDDEN"), (stranger, "NOT_FOUND")):
        other = GraphQLClient(token_of(user))
        issue = global_id("Issue", f"{provider.public_id}:I_1")
        (error,) = other.data(COMMENT, id=issue)["addComment"]["errors"]
        assert error["code"] == code
    assert not github.asked


def test_a_comment_on_what_there_is_not(client, github, provider):
    answer = client.data(COMMENT, id="I_99")["addComment"]

    assert answer["commentEdge"] is None
    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]


def test_a_comment_without_a_text(client, github, provider):
    query = COMMENT.replace("Thank you.", "  ")

    (error,) = client.data(query, id="I_1")["addComment"]["errors"]

    assert (error["field"], error["code"]) == ("body", "INVALID")
    assert not github.asked


FAULTS = {
    "401": (as_json({"message": "Bad credentials"}, 401), "INVALID_CREDENTIALS"),
    "403": (
        as_json({"message": "Resource not accessible by integration"}, 403),
        "PERMISSION_DENIED",
    ),
    "404": (as_json({"message": "Not Found"}, 404), "NOT_FOUND"),
    "502": (reply("<html>Bad Gateway</html>", 502), "PROVIDER_ERROR"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_receipt_under_each_fault(client, github, provider, fault):
    client.data(LIST % ("maxAge: 0", ""))
    github.fault, code = FAULTS[fault]

    page = client.data(LIST % ("maxAge: 0", SOURCES))["repositoriesConnection"]
    answer = client.post(ORGANIZATION % OWNER)

    (receipt,) = page["sources"]
    assert (page["complete"], receipt["status"]) == (False, "STALE")
    assert receipt["error"]["code"] == code
    assert {one["stale"] for one in page["nodes"]} == {True}
    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    (noted,) = answer["extensions"]["sources"]
    assert (noted["status"], noted["error"]["code"]) == ("FAILED", code)


def test_a_used_up_limit_is_respected_by_every_question_until_its_reset(client, github, provider):
    client.data(LIST % ("maxAge: 0", ""))
    github.left = 0
    github.reset_at = 4_000_000_000  # seconds since 1970
    asked = len(github.asked)

    answer = client.post(ORGANIZATION % OWNER)
    page = client.data(LIST % ("maxAge: 0", SOURCES))["repositoriesConnection"]
    again = client.post(ORGANIZATION % OWNER)

    (receipt,) = page["sources"]
    assert (receipt["status"], receipt["error"]["code"]) == ("STALE", "RATE_LIMITED")
    assert "2096-10-02T07:06:40Z" in receipt["error"]["message"]
    assert receipt["nextTryAt"] is not None
    for one in (answer, again):
        assert [error["extensions"]["code"] for error in one["errors"]] == ["RATE_LIMITED"]
    assert len(github.asked) == asked + 1
    assert Source.objects.get(resource="repositories").retry_at is not None


BY_COMMUNITY = """mutation ($community: CommunityName!, $repository: RepositoryInput!) {
    createRepository(community: $community, repository: $repository) {
        url name fullName description owner } }"""


def test_a_repository_by_its_community(client):
    repository = {"name": "added", "description": "Mine"}

    data = client.data(BY_COMMUNITY, community=OWNER, repository=repository)

    assert data["createRepository"] == {
        "url": f"https://github.com/{OWNER}/added",
        "name": "added",
        "fullName": f"{OWNER}/added",
        "description": "Mine",
        "owner": OWNER,
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ('community: "acme"', "community"),
        ('repository: {name: "x"}', "community"),
        ('community: "acme", repository: {name: "x"}, name: "y"', "community"),
        ('name: "x"', "fullName"),
        ("", "name"),
    ],
)
def test_a_repository_that_is_named_by_halves(client, given, field):
    arguments = f"({given})" if given else ""

    (error,) = client.errors(f"mutation {{ createRepository{arguments} {{ id }} }}")

    assert error["extensions"]["code"] == "INVALID"
    assert error["extensions"].get("field", field) == field
    assert not Repository.objects.exists()
