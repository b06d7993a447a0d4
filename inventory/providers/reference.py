"""docs/providers.md, written from the declarations."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from inventory.providers.account import account_fields
from inventory.providers.capability import OF_CODE, OF_CONTAINERS, OF_STORAGE, Capability
from inventory.providers.credential import CredentialField
from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud.page import drivers
from inventory.types import ContainerState, MachineState

HEAD = """\
# Kinds of clouds

`make providers` writes this page from the declarations in `inventory/providers/`; a test compares
the two.
`{ providerKinds { slug label capabilities credentialFields { name label help required secret } } }`
shows the same for a running gateway.

"""
TAIL = """\
## A kind of your own

A kind of cloud is a declaration and a libcloud driver. It need not be in this repository: any
package that is installed beside the gateway may have one, under an entry point of the group
`gateway.provider_kinds`.

```toml
[project.entry-points."gateway.provider_kinds"]
example = "example_cloud:KIND"
```

```python
from inventory.providers import Capability, CredentialField, ProviderKind
from inventory.types import MachineState

KIND = ProviderKind(
    slug="example",
    label="Example",
    description="A cloud of three machines.",
    driver=ExampleDriver,  # called with the credentials, a region, and a time limit in seconds
    credentials=(CredentialField("token", "Token", help="From its console.", secret=True),),
    capabilities=frozenset({Capability.LIST_MACHINES, Capability.START, Capability.STOP}),
    default_regions=("one",),
    states={"up": MachineState.RUNNING, "down": MachineState.STOPPED},
)
```

Libcloud's common interface has no tags, no client token and no resize. A kind adds them as
functions that take the driver first. Each function is marked with its resource and its verb:

```python
from inventory.providers import does, table_of, table_over_libcloud


@does("virtual_machines", "resize")
def resize_machine(driver, external_id, size_id): ...


KIND = ProviderKind(..., table=table_of(actions, over=table_over_libcloud(STATES)))
```

`table_of` takes the modules with the functions; `over` is the table for all that they do not have.
The capabilities of the kind follow from its table, so `capabilities` can be left out. An action
that is not in the table is refused as `NOT_SUPPORTED` before a job is created.
`inventory/providers/table.py` lists the parameters and results of the functions, and what may be
declared beside the table; `inventory/providers/linode/` is an example.
`overrides` with a set of `capabilities`, as in earlier releases, still works and is deprecated.

- A list that libcloud reads may be only the first of several pages, so answers that are built from
  it are not `complete`. When a test of yours feeds the list two pages, name its resource in
  `proven_lists`.
- At some clouds, such as DigitalOcean and Linode, libcloud's methods lose pages or objects of a
  list. The driver of such a kind keeps libcloud's methods and adds `WholeLists` and a `Reader` of
  `inventory/providers/libcloud/`.
- `actions` names the permissions that the cloud requires for each capability. The function
  `missing_permissions` beside the table asks the cloud which of them the account does not have.
  [A check](check.md) shows both.
- `account` says which credentials identify the account, so that a waiting job does not act at
  another one. Without it, all credentials that are not secret identify the account.
- A function `dry_run` beside the table needs a declared `dry_run`: the parameter, the place where
  the server reads it, and the evidence that the server does not act. A request of a dry run
  without the parameter is not sent.

`./manage.py check` reports mistakes in a declaration. `tests/clouds/example_kind/` is a complete
package to begin with, and `tests/inventory/providers/contract/` has the tests that every kind in
this repository passes.
"""


def reference(kinds: Iterable[ProviderKind]) -> str:
    kinds = list(kinds)
    parts = [HEAD, *_overviews(kinds)]
    for kind in kinds:
        parts.extend(_section(kind))
    return "".join([*parts, TAIL])


def _overviews(kinds: list[ProviderKind]) -> Iterator[str]:
    """Tables for machines, containers, code and buckets, each of the kinds that have them."""
    yield from _overview([kind for kind in kinds if kind.lists_machines], _of_machines())
    containing = [kind for kind in kinds if kind.lists_containers]
    if containing:
        able = OF_CONTAINERS.union(*(kind.capabilities for kind in containing))
        yield from _overview(containing, [one for one in Capability if one in able])
    hosts = [kind for kind in kinds if kind.lists_repositories]
    if hosts:
        yield from _overview(hosts, [one for one in Capability if one in OF_CODE])
    storing = [kind for kind in kinds if kind.lists_buckets]
    if storing:
        yield from _overview(storing, [one for one in Capability if one in OF_STORAGE])


def _overview(kinds: list[ProviderKind], capabilities: list[Capability]) -> Iterator[str]:
    yield from _row("", *(kind.slug for kind in kinds))
    yield from _row("---", *("---" for _ in kinds))
    for capability in capabilities:
        able = ("yes" if capability in kind.capabilities else "" for kind in kinds)
        yield from _row(capability.value, *able)
    yield "\n"


def _of_machines() -> list[Capability]:
    return [one for one in Capability if one not in OF_CONTAINERS | OF_CODE | OF_STORAGE]


def _lacking(kind: ProviderKind) -> list[Capability]:
    """The capabilities that such a kind could have and does not have.

    A cloud of machines starts no containers, so those of containers are left out.
    """
    asked = set(_of_machines() if kind.lists_machines else ())
    asked |= OF_CONTAINERS if kind.lists_containers else set()
    asked |= OF_CODE if kind.lists_repositories else set()
    asked |= OF_STORAGE if kind.lists_buckets else set()
    return [one for one in Capability if one in asked and one not in kind.capabilities]


def _meanings(capabilities: list[Capability]) -> str:
    return ", ".join(one.meaning.rstrip(".").lower() for one in capabilities)


def _section(kind: ProviderKind) -> Iterator[str]:
    yield f"## {kind.label}: `{kind.slug}`\n\n{kind.description}\n\n"
    yield from _row("field", "", "")
    yield from _row("---", "---", "---")
    for field in kind.credentials:
        yield from _row(f"`{field.name}`", _nature(field), field.help)
    regions = ", ".join(f"`{region}`" for region in kind.default_regions)
    yield f"\nRegions by default: {regions}.\n\n"
    yield from _account(kind)
    if lacking := _lacking(kind):
        yield f"Not supported: {_meanings(lacking)}.\n\n"
    if kind.permissions:
        yield f"Least permissions: {' '.join(kind.permissions)}\n\n"
    if kind.actions:
        yield "The permissions, by the cloud's names; [a check](check.md) shows missing ones:\n\n"
        yield from _actions(kind)
        yield "\n"
    yield from _dry_run(kind)
    yield from drivers(kind)
    yield from _blockers(kind)
    if kind.limits:
        yield "Known limits:\n\n" + "".join(f"- {limit}\n" for limit in kind.limits) + "\n"
    if kind.refusals:
        yield "Refusals by the cloud, and the gateway's code for each. A status of 429 or 5xx\n"
        yield "decides alone, unless a row names that status:\n\n"
        yield from _refusals(kind)
        yield "\n"
    yield from _not_covered(kind)
    words = _words(kind)
    if words:
        yield "The gateway's states, and the cloud's words for each. Any other word is shown as\n"
        yield "UNKNOWN; `rawState` has the word.\n\n" + "".join(words) + "\n"


def _account(kind: ProviderKind) -> Iterator[str]:
    table = account_fields(kind.account, kind.credentials)
    if table.compared:
        names = ", ".join(f"`{name}`" for name in table.compared)
        yield f"A waiting job continues only if these are the same as at its submission: {names}."
    else:
        yield "A waiting job does not notice if the credentials are now those of another account."
    yield "".join(f" {sentence}" for sentence in table.unnoticed)
    if table.order_settings:
        names = ", ".join(f"`{name}`" for name in table.order_settings)
        yield f" A repeated order has the values that the first one had for {names}."
    yield "\n\n"


def _not_covered(kind: ProviderKind) -> Iterator[str]:
    if kind.not_covered:
        yield "An account may also have these, which the gateway does not list:\n\n"
        yield "".join(f"- {one}\n" for one in kind.not_covered) + "\n"


def _blockers(kind: ProviderKind) -> Iterator[str]:
    if kind.blockers:
        yield "Facts that block an action. A dry run reads and reports them. A job reads them\n"
        yield "before it asks the cloud:\n\n"
        yield "".join(f"- {one}\n" for one in kind.blockers) + "\n"


def _dry_run(kind: ProviderKind) -> Iterator[str]:
    declared = kind.dry_run
    if declared is None:
        yield "Dry runs read the target and apply the gateway's own rules. They send the cloud no\n"
        yield "request that could change something.\n\n"
        return
    yield f"Dry runs: {declared.evidence}\n\n"
    if declared.parameters:
        yield "".join(f"- {parameter}\n" for parameter in declared.parameters) + "\n"


def _actions(kind: ProviderKind) -> Iterator[str]:
    for capability in Capability:
        if actions := kind.actions.get(capability):
            yield f"- {capability.value}: {', '.join(f'`{action}`' for action in actions)}\n"


def _refusals(kind: ProviderKind) -> Iterator[str]:
    yield from _row("HTTP status", "cloud's code", "example of a message", "code", "")
    yield from _row("---", "---", "---", "---", "---")
    for row in kind.refusals:
        term = "temporary" if row.temporary else "final"
        nature = f"[{term}]({row.source})" if row.source else term
        yield from _row(
            str(row.status or ""),
            f"`{row.word}`" if row.word else "",
            row.sample.replace("|", "\\|"),
            row.code.value,
            f"{nature}, [not carried out]({row.not_done})" if row.not_done else nature,
        )


def _nature(field: CredentialField) -> str:
    if field.default is not None:
        return f"default `{field.default}`"
    need = "required" if field.required else "optional"
    return f"{need}, secret" if field.secret else need


def _words(kind: ProviderKind) -> list[str]:
    tables: list[tuple[Mapping[str, Any], Iterable[Any]]] = [
        (kind.states, MachineState),
        (kind.container_states, ContainerState),
    ]
    return [
        f"- {state.value}: {', '.join(f'`{word}`' for word in words)}\n"
        for table, states in tables
        for state in states
        if (words := sorted(word for word, ours in table.items() if ours is state))
    ]


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |\n"
