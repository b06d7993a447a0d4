"""The documents for GitHub's GraphQL API, each complete. Values are sent as variables.

The types are in https://docs.github.com/public/fpt/schema.docs.graphql. A connection takes
``first`` from 1 to 100: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

PAGE = 100  # objects of a page; GitHub's largest

# A repository has 20 topics at most:
# https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/classifying-your-repository-with-topics
REPOSITORY = """
fragment repository on Repository {
  id databaseId name nameWithOwner description url visibility isArchived isDisabled
  createdAt pushedAt stargazerCount forkCount
  owner { login }
  defaultBranchRef { name }
  primaryLanguage { name }
  licenseInfo { spdxId }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  issues(first: 1, states: [OPEN]) { totalCount }
}"""
REPOSITORIES = (
    """
fragment repositories on RepositoryConnection {
  totalCount pageInfo { hasNextPage endCursor } nodes { ...repository }
}"""
    + REPOSITORY
)

# All that the token's user owns, works on, or reaches as a member of an organization.
REACHED = (
    """
query Reached($after: String) {
  viewer {
    repositories(
      first: 100, after: $after, orderBy: {field: CREATED_AT, direction: ASC},
      affiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER],
      ownerAffiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]
    ) { ...repositories }
  }
}"""
    + REPOSITORIES
)

OWNED = (
    """
query Owned($owner: String!, $after: String) {
  repositoryOwner(login: $owner) {
    repositories(
      first: 100, after: $after, orderBy: {field: CREATED_AT, direction: ASC},
      ownerAffiliations: [OWNER]
    ) { ...repositories }
  }
}"""
    + REPOSITORIES
)

ORGANIZATION = (
    """
query Organization(
  $login: String!, $withRepositories: Boolean!, $first: Int!, $after: String,
  $order: RepositoryOrder!, $withMembers: Boolean!, $firstMembers: Int!
) {
  organization(login: $login) {
    login name description url
    repositories(first: $first, after: $after, orderBy: $order, ownerAffiliations: [OWNER])
      @include(if: $withRepositories) { ...repositories }
    membersWithRole(first: $firstMembers)
      @include(if: $withMembers) { totalCount nodes { login name url } }
  }
}"""
    + REPOSITORIES
)

SINGLE_REPOSITORY = (
    """
query SingleRepository($id: ID!) {
  node(id: $id) { ... on Repository { ...repository } }
}"""
    + REPOSITORY
)

ISSUE = """
fragment issue on Issue {
  id number title state url body createdAt author { login } comments(first: 1) { totalCount }
}"""

# For a hundred repositories at most.
ISSUES = (
    """
query Issues($ids: [ID!]!, $first: Int!, $states: [IssueState!]) {
  nodes(ids: $ids) {
    ... on Repository {
      id owner { login }
      issues(first: $first, states: $states, orderBy: {field: CREATED_AT, direction: DESC}) {
        totalCount nodes { ...issue }
      }
    }
  }
}"""
    + ISSUE
)

SINGLE_ISSUE = (
    """
query SingleIssue($id: ID!, $number: Int!) {
  node(id: $id) { ... on Repository { owner { login } issue(number: $number) { ...issue } } }
}"""
    + ISSUE
)

# An account that may not push to a repository is refused its collaborators: that one is null.
COLLABORATORS = """
query Collaborators($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      collaborators(first: 100) { pageInfo { hasNextPage } nodes { login name url } }
    }
  }
}"""

# The owner of the repository of an issue or a pull request.
SUBJECT = """
query Subject($id: ID!) {
  node(id: $id) {
    ... on Issue { repository { owner { login } } }
    ... on PullRequest { repository { owner { login } } }
  }
}"""

ADD_COMMENT = (
    """
mutation AddComment($input: AddCommentInput!) {
  addComment(input: $input) {
    commentEdge { node { id url body createdAt author { login } repository { ...repository } } }
  }
}"""
    + REPOSITORY
)

READING = (
    REACHED,
    OWNED,
    ORGANIZATION,
    SINGLE_REPOSITORY,
    ISSUES,
    SINGLE_ISSUE,
    COLLABORATORS,
    SUBJECT,
)
ALL = (*READING, ADD_COMMENT)
