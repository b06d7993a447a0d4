"""Code repositories of code hosts; and those that were imported or added here.

The latter have no provider and no source. So the lists at the root, the single read and the node
are written by hand in ``inventory/schema/repositories.py``; everything else is derived.
"""

from inventory.models import Repository
from inventory.records.repository import RepositoryRecord, RepositoryState
from inventory.resources import facts, filters
from inventory.resources.base import STATE, Fact, Filter, How, Observation, Order, Resource

NOT_LISTED = "Null for one that was imported or added here."
BY_HOST = ("full_name", "node_id", "url")  # what its host is asked about it by
SEARCHED = ("name", "full_name", "external_id", "description", "language", "topics")

REPOSITORIES = Resource(
    Repository,
    RepositoryRecord,
    plural="repositories",
    nouns=("repository", "repositories"),
    states=RepositoryState,
    observation=Observation(
        removed="",
        searched=SEARCHED,
        history=("full_name", "state", "visibility", "default_branch"),
        forgotten=True,
        # A token reads every public repository of its host by its number.
        added_by_lists_alone=True,
    ),
    place=120,
    is_derived_at_root=False,
    read_elsewhere={
        **dict.fromkeys(("contributors", "issues", "issue"), BY_HOST),
        **dict.fromkeys(("region", "tags"), ()),
    },
    facts={
        "name": Fact("Its name without its owner."),
        "full_name": Fact("Its name as <owner>/<name>."),
        "url": Fact("Where it is."),
        "description": Fact("The description; may be empty."),
        "owner": Fact(
            "The part of fullName before the slash.",
            type="String",
            required=True,
            read=lambda row: row.owner_login,
            reads=("owner_login",),
        ),
        "owner_info": Fact(
            "The owner.",
            type="RepositoryOwner",
            required=True,
            read=lambda row: {"name": row.owner_login},
            reads=("owner_login",),
        ),
        "created_at": Fact(
            "When it was created at its host; for one that was imported or added here, when the "
            "gateway stored it.",
            type="DateTime",
            required=True,
            read=lambda row: row.created_at or row.observed_at,
            reads=("created_at", "observed_at"),
        ),
        "first_seen_at": facts.FIRST_SEEN_AT,
        "name_with_owner": Fact(
            "The same as fullName.",
            type="String",
            required=True,
            read=lambda row: row.full_name,
            reads=("full_name",),
        ),
        "default_branch": Fact("The branch that a clone has first. Null if it is empty."),
        "visibility": Fact("The visibility at its host.", type="RepositoryVisibility", group=True),
        "language": Fact("The language that most of it is written in.", group=True),
        "topics": Fact("Its topics, by name.", usual=5),
        "stars": Fact("How many people have starred it.", measure=True),
        "forks": Fact("How many forks it has.", measure=True),
        "open_issues": Fact(
            "The number of open issues. For an account without a token, pull requests count, too.",
            measure=True,
        ),
        "archived": Fact("True if it is archived, which means read-only.", group=True),
        "license": Fact("The SPDX identifier of its license.", group=True),
        "pushed_at": Fact("When something was last pushed to it."),
        "provider": Fact(
            f"The provider that lists it. {NOT_LISTED}",
            type="Provider",
            required=False,
            reads=(),
        ),
        "external_id": Fact(
            f"Its number at its host, which stays when it is renamed. {NOT_LISTED}",
            type="String",
            required=False,
            read=lambda row: row.external_id or None,
            reads=("external_id",),
        ),
        "state": facts.state("The state. UNKNOWN for one that no host lists."),
        "raw_state": Fact(
            f"Its host's word for the state. {NOT_LISTED}",
            type="String",
            required=False,
            read=lambda row: row.raw_state or None,
            reads=("raw_state",),
        ),
        "last_state": Fact(
            "If it is MISSING, its state before.",
            type=STATE,
            required=False,
            read=lambda row: row.last_state or None,
        ),
        "missing_since": Fact("If it is MISSING, when its host's list first omitted it."),
        "observed_at": Fact(
            f"When its host last confirmed these values. {NOT_LISTED}",
            type="DateTime",
            required=False,
            read=lambda row: row.seen_at,
            reads=("observed_at", "listed"),
        ),
        "stale": facts.STALE,
        "problem": Fact("Why some of its fields are unknown; null if all were read."),
    },
    filters=filters.observed(
        {
            "owner": Filter(How.ANY, "Logins of owners, exactly.", column="owner_login"),
            "full_name": Filter(
                How.CONTAINS, "A text that the full name contains; case-insensitive."
            ),
            "visibility": Filter(How.ANY, "PUBLIC, INTERNAL or PRIVATE."),
            "language": Filter(How.ANY, "Languages that most of it is written in."),
            "license": Filter(How.ANY, "SPDX identifiers of its license."),
            "pushed_after": Filter(
                How.SINCE, "Last pushed to (pushedAt) at this time or later.", column="pushed_at"
            ),
            "pushed_before": Filter(
                How.BEFORE, "Last pushed to (pushedAt) before this time.", column="pushed_at"
            ),
        },
        search="a name, a description, a language or a topic",
    ),
    orders=filters.orders(
        {
            "full_name": Order("By full name."),
            "pushed_at": Order("By pushedAt; those without it come first."),
            "stars": Order("By stars; those whose stars are not known come first."),
            "forks": Order("By forks; those whose forks are not known come first."),
        }
    ),
)
