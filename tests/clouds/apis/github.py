"""GitHub's two APIs over the recorded repositories of an organization.

GraphQL documents are validated and executed against the excerpt of GitHub's published schema, so a
query that GitHub would refuse is refused here. ``host``: at another name than github.com it is a
GitHub Enterprise Server, with its paths.
"""

import copy
from datetime import UTC, datetime

from graphql import ExecutionResult, GraphQLError, execute, parse, validate

from tests.clouds.apis.github_schema import excerpt
from tests.clouds.recorded import RecordedCloud, as_json, recording, route
from tests.clouds.static_ec2 import Reply

OWNER = "cloudmesh-community"
REPOSITORY = "/repos/([^/]+)/([^/]+)"
TEAM = ("laszewsk", "robludwig", "vineet")
SCHEMA = excerpt()
TYPES = {"Node": "Repository", "RepositoryOwner": "Organization", "Actor": "User"}


class GitHub(RecordedCloud):
    """``pushes_to``: names of repositories whose collaborators the token may see.

    ``empty``: names of those that nothing was pushed to.
    """

    hosts = ("api.github.com",)
    prefix, graphql_path = "", "/graphql"

    def __init__(self, *, page=100):
        super().__init__()
        self.page = page
        self.repositories = copy.deepcopy(recording("github/cloudmesh-community-repos"))
        self.public_members = 1  # of them show that they are
        self.members = [{"login": login} for login in TEAM]
        self.issues = {"boat": [_issue(1), _issue(2, pull_request=True), _issue(3, "closed")]}
        self.comments = []
        self.renamed = {}
        self.pushes_to, self.empty = set(), set()
        self.left = 4999
        # (name of the operation, body) → body: what tests change in answers of the GraphQL API.
        self.altered = lambda _name, body: body
        self.reset_at = int(datetime(2026, 11, 28, 21, tzinfo=UTC).timestamp())

    # Changes that tests make.

    def add(self, count):
        for number in range(count):
            one = copy.deepcopy(self.repositories[0])
            name = f"more-{number}"
            one |= {"id": 500_000_000 + number, "node_id": f"R_more{number}", "name": name}
            one |= {
                "full_name": f"{OWNER}/{name}",
                "html_url": f"https://github.com/{OWNER}/{name}",
            }
            self.repositories.append(one)

    def add_elsewhere(self):
        """A private repository of another owner's that the token reaches: boss/secret, 777."""
        one = copy.deepcopy(self.repositories[0])
        one |= {"id": 777, "node_id": "R_777", "name": "secret", "full_name": "boss/secret"}
        one |= {"owner": {"login": "boss"}, "private": True, "visibility": "private"}
        self.repositories.append(one | {"html_url": "https://github.com/boss/secret"})
        self.issues["secret"] = [_issue(7)]

    def rename(self, name, to):
        one = self.find(OWNER, name)
        self.renamed[name] = one["id"]
        one |= {
            "name": to,
            "full_name": f"{OWNER}/{to}",
            "html_url": f"https://github.com/{OWNER}/{to}",
        }

    # Every answer.

    def answer(self, request):
        found = super().answer(request)
        limit = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": str(self.left)}
        headers = {**limit, "X-RateLimit-Reset": str(self.reset_at), **found.headers}
        return Reply(found.body, found.status, headers, found.delay, found.drip, found.header_drip,
                     found.reset, found.closed, found.cut)  # fmt: skip

    def refusal(self, request):
        if not request.headers.get("User-Agent"):
            return as_json({"message": "Request forbidden by administrative rules."}, 403)
        given = request.headers.get("Authorization")
        if self.left <= 0:
            return self.limit_reached(request)
        if given is not None and given != f"Bearer {self.token}":
            return self.unauthorized()
        if given is None and request.path == self.graphql_path:
            message = "This endpoint requires you to be authenticated."
            return as_json({"message": message}, 401)
        return None

    def limit_reached(self, request):
        """docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api"""
        message = "API rate limit exceeded for user ID 1."
        if request.path == self.graphql_path:
            return as_json({"errors": [{"type": "RATE_LIMITED", "message": message}]})
        return as_json({"message": message}, 403)

    def unauthorized(self):
        return as_json({"message": "Bad credentials"}, 401)

    def missing(self):
        return as_json({"message": "Not Found"}, 404)

    # The REST API.

    @route("GET", "/(?:api/v3/)?(?:users|orgs)/([^/]+)/repos")
    def list_repositories(self, request, login):
        if login.lower() != OWNER:
            return self.missing()
        shown = [one for one in self.repositories if self._may_see(request, one)]
        if request.query.get("sort") == "full_name":
            is_descending = request.query.get("direction") == "desc"
            shown.sort(key=lambda one: one["full_name"].lower(), reverse=is_descending)
        return self._paged(request, shown)

    @route("GET", "/(?:api/v3/)?repositories/([0-9]+)")
    def get_by_id(self, request, number):
        found = [one for one in self.repositories if str(one["id"]) == number]
        is_shown = found and self._may_see(request, found[0])
        return as_json(found[0]) if is_shown else self.missing()

    @route("GET", f"/(?:api/v3)?{REPOSITORY[1:]}")
    def get_repository(self, request, owner, name):
        return self._at(owner, name, request, as_json)

    @route("GET", "/(?:api/v3/)?orgs/([^/]+)")
    def get_organization(self, request, login):
        if login.lower() != OWNER:
            return self.missing()
        found = {"login": OWNER, "name": "Cloudmesh Community", "description": "A community."}
        found |= {"html_url": f"https://github.com/{OWNER}"}
        return as_json(found | {"public_repos": len(self.repositories)})

    @route("GET", "/(?:api/v3/)?orgs/([^/]+)/public_members")
    def list_public_members(self, request, login):
        shown = [
            one | {"html_url": f"https://github.com/{one['login']}"}
            for one in self.members[: self.public_members]
        ]
        return self._paged(request, shown)

    @route("GET", f"/(?:api/v3/)?{REPOSITORY[1:]}/contributors")
    def list_contributors(self, request, owner, name):
        if name in self.empty:
            return self._at(owner, name, request, lambda _one: Reply(b"", 204))
        people = [{"login": login, "contributions": 9 - at} for at, login in enumerate(TEAM)]
        return self._at(owner, name, request, lambda _one: self._paged(request, people))

    @route("GET", "/(?:api/v3/)?repositories/([0-9]+)/contributors")
    def list_contributors_by_id(self, request, number):
        found = next(one for one in self.repositories if str(one["id"]) == number)
        return self.list_contributors(request, *found["full_name"].split("/"))

    @route("GET", f"/(?:api/v3/)?{REPOSITORY[1:]}/issues")
    def list_issues(self, request, owner, name):
        wanted = request.query.get("state", "open")
        shown = [one for one in self.issues.get(name, ()) if wanted in {"all", one["state"]}]
        return self._at(owner, name, request, lambda _one: self._paged(request, shown[::-1]))

    @route("GET", f"/(?:api/v3/)?{REPOSITORY[1:]}/issues/([0-9]+)")
    def get_issue(self, request, owner, name, number):
        found = [one for one in self.issues.get(name, ()) if str(one["number"]) == number]
        shown = as_json(found[0]) if found else self.missing()
        return self._at(owner, name, request, lambda _one: shown)

    def _at(self, owner, name, request, answer):
        one = self.find(owner, name)
        if one is not None and self._may_see(request, one):
            return answer(one)
        if name in self.renamed:
            rest = request.path.partition(f"/{owner}/{name}")[2]
            # GitHub names its server too; here that is at another address than it says.
            place = f"{self.prefix}/repositories/{self.renamed[name]}{rest}"
            return as_json({"message": "Moved Permanently"}, 301, Location=place)
        return self.missing()

    def _may_see(self, request, one):
        return not one["private"] or request.headers.get("Authorization") is not None

    def _paged(self, request, items):
        """Links name the server by its id of the owner: docs.github.com, "Using pagination"."""
        size = min(self.page, int(request.query.get("per_page", 30)))
        number = int(request.query.get("page", 1))
        headers = {}
        if number * size < len(items):
            more = {**request.query, "page": str(number + 1)}
            query = "&".join(f"{name}={value}" for name, value in more.items())
            headers["Link"] = f'<https://{self.hosts[0]}{request.path}?{query}>; rel="next"'
        return as_json(items[(number - 1) * size : number * size], **headers)

    # The GraphQL API.

    @route("POST", "/(?:api/)?graphql")
    def graphql(self, request):
        document = parse(request.body["query"])
        if problems := validate(SCHEMA, document):
            return as_json({"errors": [{"message": one.message} for one in problems]})
        result: ExecutionResult = execute(
            SCHEMA,
            document,
            variable_values=request.body["variables"],
            root_value=_Root(self),
            type_resolver=lambda value, _info, kind: value.get("__typename", TYPES[kind.name]),
        )
        body = {"data": result.data}
        if result.errors:
            body["errors"] = [_shown(one) for one in result.errors]
        return as_json(self.altered(document.definitions[0].name.value, body))

    def find(self, owner, name):
        wanted = f"{owner}/{name}".lower()
        return next((one for one in self.repositories if one["full_name"].lower() == wanted), None)

    def named(self, name):
        return next(one for one in self.repositories if one["name"] == name)

    def connection(self, items, first, after=None):
        if not 1 <= first <= 100:
            raise Refused("INVALID", "first must be between 1 and 100")
        start = int(after or 0)
        end = start + min(first, self.page)
        info = {"hasNextPage": end < len(items), "endCursor": str(end)}
        return {"totalCount": len(items), "nodes": items[start:end], "pageInfo": info}

    def node(self, one):
        """A repository of the REST API as the GraphQL API has it."""
        issues = [each for each in self.issues.get(one["name"], ()) if "pull_request" not in each]

        def collaborators(_info, first, **_):
            if one["name"] not in self.pushes_to:
                raise Refused(
                    "FORBIDDEN", "You do not have permission to view repository collaborators."
                )
            return self.connection([_user(login) for login in TEAM[:2]], first)

        def listed(_info, first, states=None, **_):
            shown = [each for each in issues if states is None or each["state"].upper() in states]
            return self.connection([_queried_issue(each) for each in shown[::-1]], first)

        def issue(_info, number):
            found = [each for each in issues if each["number"] == number]
            if not found:
                raise Refused(
                    "NOT_FOUND", f"Could not resolve to an Issue with the number of {number}."
                )
            return _queried_issue(found[0])

        return {
            "__typename": "Repository",
            "id": one["node_id"],
            "databaseId": one["id"],
            "name": one["name"],
            "nameWithOwner": one["full_name"],
            "description": one["description"],
            "url": one["html_url"],
            "visibility": one.get("visibility", "private" if one["private"] else "public").upper(),
            "isArchived": one["archived"],
            "isDisabled": one.get("disabled", False),
            "createdAt": one["created_at"],
            "pushedAt": one["pushed_at"],
            "stargazerCount": one["stargazers_count"],
            "forkCount": one["forks_count"],
            "owner": {"login": one["owner"]["login"]},
            "defaultBranchRef": {"name": one["default_branch"]},
            "primaryLanguage": one["language"] and {"name": one["language"]},
            "licenseInfo": one.get("license") and {"spdxId": one["license"]["spdx_id"]},
            "repositoryTopics": lambda _info, **_: {
                "nodes": [{"topic": {"name": topic}} for topic in one.get("topics", ())]
            },
            "issues": listed,
            "issue": issue,
            "collaborators": collaborators,
        }


class Refused(GraphQLError):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def _shown(error):
    kind = getattr(error.original_error or error, "kind", None)
    return {"message": error.message, "path": error.path} | ({"type": kind} if kind else {})


class _Root(dict):
    """The fields of the operations."""

    def __init__(self, cloud):
        self.cloud = cloud
        names = (
            "viewer",
            "organization",
            "repositoryOwner",
            "repository",
            "nodes",
            "node",
            "addComment",
        )
        super().__init__({name: getattr(self, f"_{name}") for name in names})

    def _repositories(self, _info, first, after=None, orderBy=None, **_):  # noqa: N803 - GitHub's
        nodes = [self.cloud.node(one) for one in self.cloud.repositories]
        if orderBy and orderBy["field"] == "NAME":
            is_descending = orderBy["direction"] == "DESC"
            nodes.sort(key=lambda one: one["name"].lower(), reverse=is_descending)
        return self.cloud.connection(nodes, first, after)

    def _viewer(self, _info):
        return {"repositories": self._repositories}

    def _organization(self, _info, login):
        if login.lower() != OWNER:
            message = f"Could not resolve to an Organization with the login of '{login}'."
            raise Refused("NOT_FOUND", message)
        return {
            "login": OWNER,
            "name": "Cloudmesh Community",
            "description": "A community.",
            "url": f"https://github.com/{OWNER}",
            "repositories": self._repositories,
            "membersWithRole": lambda _info, first, **_: self.cloud.connection(
                [_user(one["login"]) for one in self.cloud.members], first
            ),
        }

    def _repositoryOwner(self, _info, login):  # noqa: N802 - GitHub's
        return {"repositories": self._repositories} if login.lower() == OWNER else None

    def _repository(self, _info, owner, name, **_):
        one = self.cloud.find(owner, name)
        if one is None:
            message = f"Could not resolve to a Repository with the name '{owner}/{name}'."
            raise Refused("NOT_FOUND", message)
        return self.cloud.node(one)

    def _nodes(self, _info, ids):
        return [self._found(one) for one in ids]  # one that fails is null, and an error

    def _node(self, _info, id):  # noqa: A002 - GitHub's
        return self._found(id)

    def _found(self, node_id):
        for one in self.cloud.repositories:
            if one["node_id"] == node_id:
                return self.cloud.node(one)
        for name, issue in self._issues():
            if issue["node_id"] == node_id:
                kind = "PullRequest" if "pull_request" in issue else "Issue"
                repository = self.cloud.node(self.cloud.named(name))
                return {**_queried_issue(issue), "__typename": kind, "repository": repository}
        message = f"Could not resolve to a node with the global id of '{node_id}'"
        return Refused("NOT_FOUND", message)

    def _issues(self):
        return [(name, one) for name, issues in self.cloud.issues.items() for one in issues]

    def _addComment(self, _info, input):  # noqa: A002, N802 - GitHub's
        for name, issue in self._issues():
            if issue["node_id"] == input["subjectId"]:
                return self._comment(name, issue, input["body"])
        message = f"Could not resolve to a node with the global id of '{input['subjectId']}'"
        raise Refused("NOT_FOUND", message)

    def _comment(self, name, issue, body):
        number = len(self.cloud.comments) + 1
        self.cloud.comments.append((issue["number"], body))
        node = {
            "id": f"IC_{number}",
            "url": f"{issue['html_url']}#issuecomment-{number}",
            "body": body,
            "createdAt": "2026-11-28T20:00:00Z",
            "author": _user("octocat"),
            "repository": self.cloud.node(self.cloud.named(name)),
        }
        return {"commentEdge": {"node": node}}


class GitHubServer(GitHub):
    """A GitHub Enterprise Server."""

    hosts = ("github.example.com",)
    prefix, graphql_path = "/api/v3", "/api/graphql"


def _user(login):
    return {
        "__typename": "User",
        "login": login,
        "name": None,
        "url": f"https://github.com/{login}",
    }


def _issue(number, state="open", *, pull_request=False):
    issue = {
        "id": number,
        "node_id": f"I_{number}",
        "number": number,
        "title": f"Issue {number}",
        "state": state,
        "user": {"login": "laszewsk"},
        "comments": number,
        "body": "It leaks.",
        "html_url": f"https://github.com/{OWNER}/boat/issues/{number}",
        "created_at": "2019-01-01T00:00:00Z",
    }
    return issue | ({"pull_request": {}} if pull_request else {})


def _queried_issue(one):
    return {
        "__typename": "Issue",
        "id": one["node_id"],
        "number": one["number"],
        "title": one["title"],
        "state": one["state"].upper(),
        "url": one["html_url"],
        "body": one["body"],
        "createdAt": one["created_at"],
        "author": one["user"] and _user(one["user"]["login"]),
        "comments": lambda _info, **_: {"totalCount": one["comments"]},
    }
