"""A Django system check: each declared kind makes sense, before anybody connects one."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from libcloud.compute.base import NodeDriver

from inventory.providers.capability import LISTINGS
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.generic import libcloud_method
from inventory.providers.kind import ProviderKind
from inventory.providers.registry import all_kinds, shipped

SAMPLE_TEXT = "sample"
SAMPLE_SECONDS = 1.0


def check_kinds(**_: Any) -> list[CheckMessage]:
    """Check the kinds of other packages.

    The tests of this repository check its own kinds. Building their drivers imports boto3 and
    libcloud's drivers, which take 60 MiB in each process.
    """
    return [
        Error(f"Provider kind {kind.slug}: {problem}", id="inventory.E001")
        for kind in all_kinds()
        if not shipped(kind)
        for problem in problems_of(kind)
    ]


def problems_of(kind: ProviderKind) -> Iterator[str]:
    """The mistakes in a declaration, as sentences."""
    if kind.variants:
        yield from _problems_of_variants(kind)
        return
    names = [credential.name for credential in kind.credentials]
    yield from (f"the credential {name!r} is declared twice." for name in _repeated(names))
    for credential in kind.credentials:
        yield from _problems_of_field(credential)
    if not kind.capabilities & LISTINGS:
        yield "it lists nothing."
    if kind.lists_containers and kind.container_type is None:
        yield "it lists containers, but does not say what runs them."
    yield from _problems_of_account(kind)
    yield from _problems_of_dry_run(kind)
    yield from _problems_of_blockers(kind)
    yield from _problems_of_regions(kind)
    yield from _problems_of_capabilities(kind)


def _problems_of_variants(kind: ProviderKind) -> Iterator[str]:
    """No driver is built: a start of the gateway imports none of them."""
    for name, variant in kind.variants.items():
        names = [credential.name for credential in variant.credentials]
        yield from (f"{name}: {one!r} is declared twice." for one in _repeated(names))
        for credential in variant.credentials:
            yield from (f"{name}: {problem}" for problem in _problems_of_field(credential))
        yield from (f"{name}: {problem}" for problem in _problems_of_regions(variant))


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def _problems_of_field(field: CredentialField) -> Iterator[str]:
    if not field.name.isidentifier():
        yield f"the credential {field.name!r} is no identifier."
    if field.type not in (str, int, float, bool):
        yield f"the credential {field.name!r} has an unknown type."
        return
    if field.default is None:
        return
    if field.secret:
        yield f"the secret {field.name!r} has a default."
        return
    try:
        field.clean(str(field.default))
    except CredentialProblem as problem:
        yield f"the default of {field.name!r} {problem.message}"


def _problems_of_account(kind: ProviderKind) -> Iterator[str]:
    """Each credential that is no secret is in one group of the table: none may be forgotten."""
    if kind.account is None:
        return
    table = kind.account
    named = [*table.compared, *table.ignored, *table.order_settings]
    for name in sorted(set(table.known_by or ()) - {*table.compared, *table.ignored}):
        yield f"`known_by` has {name!r}, which is neither compared nor ignored."
    shown = {credential.name for credential in kind.credentials if not credential.secret}
    yield from (f"`account` has the credential {name!r} twice." for name in _repeated(named))
    yield from (f"`account` lacks the credential {name!r}." for name in sorted(shown - set(named)))
    for name in sorted(set(named) - shown):
        yield f"`account` has {name!r}, which is a secret or no credential."


def _problems_of_dry_run(kind: ProviderKind) -> Iterator[str]:
    """A check sends what an action sends: the parameter must be declared, with its evidence."""
    if kind.table.beside.dry_run is None:
        if kind.dry_run is not None:
            yield "it declares a `dry_run`, but no function is marked as beside it."
    elif kind.dry_run is None:
        yield "it has a function for dry runs, but does not declare its `dry_run`."
    elif not kind.dry_run.evidence:
        yield "its `dry_run` gives no evidence that the cloud does not act."


def _problems_of_blockers(kind: ProviderKind) -> Iterator[str]:
    if (kind.table.beside.blocker is None) != (not kind.blockers):
        yield "it has a function `blocker` or describes `blockers`, but not both."


def _problems_of_regions(kind: ProviderKind) -> Iterator[str]:
    if not kind.default_regions:
        yield "it has no default region."
        return
    try:
        kind.clean_regions(None, {})
    except CredentialProblem as problem:
        yield f"its default regions: {problem.message}"


def _problems_of_capabilities(kind: ProviderKind) -> Iterator[str]:
    """Asks an instance: some of libcloud's drivers choose their class when they are built."""
    driver = kind.driver(
        _sample_credentials(kind), "".join(kind.default_regions[:1]), SAMPLE_SECONDS
    )
    for capability in sorted(kind.capabilities):
        function = kind.table.functions.get(capability.key)
        if function is None or (
            (method := libcloud_method(function)) and not _implements(driver, method)
        ):
            yield f"{capability} is declared, but neither its driver nor its table has it."


def _implements(driver: Any, method: str) -> bool:
    """True if the driver has a method of its own. NodeDriver has every method, to refuse it."""
    own = getattr(type(driver), method, None)
    return own is not None and own is not getattr(NodeDriver, method, None)


def _sample_credentials(kind: ProviderKind) -> dict[str, Any]:
    """Something for each field that must be given, else its default."""
    return {field.name: _sample(field) for field in kind.credentials}


def _sample(field: CredentialField) -> Any:
    if field.sample is not None:
        return field.sample
    if field.default is not None or not field.required:
        return field.default
    if field.type is str:
        return "http://127.0.0.1" if field.url else SAMPLE_TEXT
    return field.minimum or 0
