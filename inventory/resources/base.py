"""The declaration of a resource, in one place: its model, public fields, filters and orders.

::

    CONTAINERS = Resource(
        Container,
        plural="containers", nouns=("container", "containers"), states=ContainerState,
        facts={"image": Fact("The image it was created from."), …},
        filters={"image": Filter(CONTAINS, "Contained in the image's name."), …},
        orders={"created_at": Order("By creation."), …},
    )

``inventory/schema/table`` derives the GraphQL types, the lists and the single read from it. Nothing
here does I/O or knows GraphQL: types of GraphQL are named by strings. Each part knows the file and
the line where it is written, for ``manage.py explain_resource`` and for messages.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

from django.db.models import Field, JSONField, Model

from inventory.providers.capability import BY_KEY, LIST, Capability
from inventory.types import MISSING, MeaningfulEnum

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent.parent
STATE = "state"  # of a Fact's type: the resource's own enum of states


class Place(NamedTuple):
    """Where something is declared; the file is relative to the repository."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def _place() -> Place:
    """Where the nearest module, or function of another package, calls for a declaration."""
    frame = sys._getframe(1)  # noqa: SLF001 - inspect.stack reads every file on the way
    while frame.f_back and _is_ours(frame.f_code):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    known = path.is_relative_to(ROOT)
    return Place(str(path.relative_to(ROOT)) if known else str(path), frame.f_lineno)


def _is_ours(code: CodeType) -> bool:
    """True if it is a function of this package, or code that dataclasses generate."""
    is_function = bool(code.co_flags & CO_OPTIMIZED)  # and no body of a module or a class
    return code.co_filename == "<string>" or (
        Path(code.co_filename).parent == PACKAGE and is_function
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Declared:
    """``where``: the file and the line of the declaration."""

    where: Place = field(default_factory=_place, compare=False, repr=False)


@dataclass(frozen=True)
class Entry:
    """A link to an entry of the catalogue. The row's column ``<field>_id`` has the entry's own id.

    ``columns``: the row's columns, by the entry's, that replace an entry which is not stored.
    ``stored``: whether the catalogue is looked up; False: the row's columns are all that is shown.
    ``back``, ``description``: as of a Link.
    """

    columns: Mapping[str, str]
    stored: bool = True
    back: str = ""
    description: str = ""


@dataclass(frozen=True)
class Link:
    """A link to a row of another resource, of the same provider and region.

    The row's column ``<field>_id``, or ``column``, has the linked object's own id; the JSON column
    of a link to ``several`` objects has a list of them. ``back``: the field of the linked type that
    lists the rows which name it, with its ``description``; empty: there is none.
    """

    back: str = ""
    description: str = ""
    column: str = ""
    several: bool = False


@dataclass(frozen=True)
class Fact(Declared):
    """A public field.

    ``type``: the name of a GraphQL type; empty: the type follows from the column. ``required``:
    whether it is never null; None: as the column.
    ``read``: the value, from a row; None: the attribute of the field's name. It must return the
    same value whenever it is called with the same row during one operation.
    ``reads``: the columns that a page loads for it; None: the column of its own name.
    ``entry``: it is an entry of the catalogue, of the resource ``type``. ``link``: it is a row of
    the resource ``type``, which outlives its listings.
    ``usual``: how many objects a list of them usually has, for the cost of a query.
    ``measure``: an aggregate shows its sum. ``group``: an aggregate may group by it: a text, or a
    boolean. The groups of every resource, and entries of the catalogue, need no mark.
    """

    description: str
    type: str = ""
    required: bool | None = None
    read: Callable[[Any], Any] | None = None
    reads: tuple[str, ...] | None = None
    entry: Entry | None = None
    link: Link | None = None
    usual: int | None = None
    measure: bool = False
    group: bool = False

    @property
    def back(self) -> str:
        """The field of the linked type that lists the rows which name it; empty: there is none."""
        leads = self.link or self.entry
        return leads.back if leads is not None else ""

    @property
    def back_description(self) -> str:
        leads = self.link or self.entry
        return leads.description if leads is not None else ""


class How(StrEnum):
    """How a filter compares. The value of each is documented in ``inventory/schema/table``."""

    PROVIDERS = "PROVIDERS"  # these providers' sources are asked, no others
    KINDS = "KINDS"
    REGIONS = "REGIONS"
    STATES = "STATES"  # one of them
    ANY = "ANY"  # the column is one of them
    IS = "IS"  # the column is true, or false; a row in which it is unknown is neither
    CONTAINS = "CONTAINS"  # a part of the column's text, case-insensitive
    WORDS = "WORDS"  # each word is in the row's search text
    PAIRS = "PAIRS"  # all of these pairs of key and value
    ADDRESSES = "ADDRESSES"  # one of them
    ENTRIES = "ENTRIES"  # the linked entry of the catalogue is one of them
    KEYS = "KEYS"  # it has a pair with each of these keys
    WITHOUT = "WITHOUT"  # whether the column's list is empty
    AT_LEAST = "AT_LEAST"  # the column's number is this one or more
    AT_MOST = "AT_MOST"
    STALE = "STALE"  # whether it may have changed or gone since it was seen
    NOT = "NOT"  # not all that another filter of the resource says holds
    SINCE = "SINCE"  # the column's time is at this time or later
    BEFORE = "BEFORE"
    SEEN_SINCE = "SEEN_SINCE"  # its cloud confirmed it at this time or later
    SEEN_BEFORE = "SEEN_BEFORE"


# These decide which sources are asked, and nothing about their rows.
OF_SOURCES = frozenset({How.PROVIDERS, How.KINDS, How.REGIONS})


@dataclass(frozen=True)
class Filter(Declared):
    """A field of the filter input.

    ``column``: the compared column; empty: the column of the filter's own name.
    ``terms``: for PAIRS and ADDRESSES, the model that has them, a row each. Without one, the pairs
    of the column itself are compared, which no index helps.
    ``columns``: for ADDRESSES, the columns that have them.
    ``of``: for ENTRIES, the type of the entries.
    ``scale``: for AT_LEAST and AT_MOST, how many of the column's units make one of the filter's.
    """

    how: How
    description: str
    column: str = ""
    columns: tuple[str, ...] = ()
    terms: type[Model] | None = None
    of: str = ""
    scale: int = 1


@dataclass(frozen=True)
class Order(Declared):
    """A value of the order enum. ``column``: empty: the column of the order's own name.

    ``unknown_last``: rows whose value is null come last in both directions; else they are the
    smallest.
    """

    description: str
    column: str = ""
    unknown_last: bool = False


@dataclass(frozen=True)
class Observation:
    """How rows are kept although listings omit them: their model is Observed.

    ``removed``: the state of an object that was removed through the gateway; empty: none can be.
    ``unlisted_at_once``: whether no listing shows it any more then; some clouds list a removed
    object for a while.
    ``searched``: the fields of a record that free text looks into: texts, lists of texts, pairs.
    ``history``: the columns whose differences become Changes.
    ``forgotten``: whether the rows of objects that are gone are deleted after a while.
    ``reuses_ids``: whether an object that is created later may have the id of one that is gone.
    ``identifying``: of such a resource, a column that is the same for the whole life of an object,
    compared beside the creation time; empty: there is none.
    ``added_by_lists_alone``: a single read may find an object that no list of its source has, and
    that is then shown and not stored.
    """

    removed: str
    searched: tuple[str, ...]
    unlisted_at_once: bool = False
    history: tuple[str, ...] = (STATE,)
    forgotten: bool = False
    reuses_ids: bool = False
    identifying: str = ""
    added_by_lists_alone: bool = False

    @property
    def gone(self) -> frozenset[str]:
        """The states of objects that are known to be gone; no listing need prove it again."""
        return frozenset({MISSING, self.removed} if self.unlisted_at_once else {MISSING})


@dataclass(frozen=True, eq=False)
class Resource(Declared):
    """A type of object that clouds list. The model's docstring describes it in the API.

    ``record``: the record that a cloud returns for one; each stored field of it has a column.
    ``observation``: how its rows are kept; None: it is a catalogue, a listing replaces all rows.
    ``plural``: its name for sources and in the table of a kind's functions, in snake case.
    ``nouns``: one and several, in sentences.
    ``states``: the vocabulary of its states; a docstring describes it. None: it has no state.
    ``interfaces``: names of GraphQL interfaces besides Node.
    ``orders``: of its list at the root; none: it is only listed below a provider.
    ``list_description``: of that list. ``single_description``: of the field that reads one object.
    ``nested_description``: of the list below a provider. ``filter_description``: of the filter
    input. Empty: the usual sentence.
    ``place``: where the list stands among those of a provider; a smaller number comes first.
    ``searched_live``: a search asks the cloud, because the stored list is not all that there is.
    ``is_derived_at_root``: False: its root fields and its node are written by hand, because it has
    rows that no cloud lists. ``read_elsewhere``: the columns that a page loads for fields that are
    not declared here.
    ``rollup``: the model that counts and sums up the rows in advance; None: none does. See
    ``inventory.rollups``.
    """

    model: type[Any]
    record: type[Any]
    plural: str
    nouns: tuple[str, str]
    facts: Mapping[str, Fact]
    observation: Observation | None = None
    filters: Mapping[str, Filter] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    states: type[MeaningfulEnum] | None = None
    interfaces: tuple[str, ...] = ()
    list_description: str = ""
    single_description: str = ""
    nested_description: str = ""
    filter_description: str = ""
    place: int = 100
    searched_live: bool = False
    is_derived_at_root: bool = True
    read_elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rollup: type[Any] | None = None

    @property
    def type_name(self) -> str:
        return self.model.__name__

    @property
    def description(self) -> str:
        return " ".join((self.model.__doc__ or "").split())

    @property
    def has_root_list(self) -> bool:
        """True if it is listed at the root, by a connection, and its objects are read alone."""
        return bool(self.orders)

    @property
    def is_connection_below_provider(self) -> bool:
        """True if its list below a provider is a connection, as that at the root. For a catalogue,
        and for a resource that is searched live, it is a plain list.
        """
        return self.has_root_list and not self.searched_live

    @property
    def computes(self) -> bool:
        """True if it runs something, as machines and containers do."""
        return "ComputeService" in self.interfaces

    @property
    def outlives_listings(self) -> bool:
        """True if a row stays when a listing omits it; the rows of a catalogue are removed."""
        return self.observation is not None

    @property
    def capability(self) -> Capability:
        """The capability that a kind of provider needs to have any. Raises KeyError."""
        return BY_KEY[self.plural, LIST]

    @cached_property
    def columns(self) -> "Mapping[str, Field[Any, Any]]":
        fields = self.model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
        return {one.name: one for one in fields}

    @cached_property
    def entries(self) -> Mapping[str, Fact]:
        """The facts that are entries of the catalogue."""
        return {name: fact for name, fact in self.facts.items() if fact.entry is not None}

    def is_list(self, name: str) -> bool:
        """True if the fact is a list: those are JSON columns, and links to several objects."""
        link = self.facts[name].link if name in self.facts else None
        several = link is not None and link.several
        return several or isinstance(self.columns.get(name), JSONField)

    def link_column(self, name: str) -> str:
        """The column with the own id, or ids, of the objects that the link ``name`` leads to."""
        link = self.facts[name].link
        return (link.column if link is not None else "") or f"{name}_id"

    @property
    def history(self) -> tuple[str, ...]:
        """The columns whose differences become Changes; of a catalogue, none."""
        return () if self.observation is None else self.observation.history

    def fact_of(self, column: str) -> str:
        """The public field that shows ``column``; its own name if none does."""
        return next((name for name in self.facts if column in self.columns_of(name)), column)

    def columns_of(self, name: str) -> tuple[str, ...]:
        """The columns that a page loads for a public field, declared here or elsewhere."""
        fact = self.facts.get(name)
        if name == "id":
            return ("external_id",)
        if fact is not None and fact.reads is not None:
            return fact.reads
        if fact is not None and (fact.entry or fact.link):
            return (self.link_column(name),)
        if name in self.read_elsewhere:
            return self.read_elsewhere[name]
        return (name,) if name in self.columns else ()
