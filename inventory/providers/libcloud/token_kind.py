"""A kind for a cloud that takes one token and lists an account's machines of all regions."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

from inventory.providers.account import AccountFields
from inventory.providers.credential import CredentialField
from inventory.providers.flat_tags import EXACT_WORDS, WORD_LIMITS, WordRules
from inventory.providers.kind import (
    GLOBAL,
    ProviderKind,
    driver_at,
    listed_sizes_only,
    only_global,
)
from inventory.providers.libcloud.methods import table_over_methods
from inventory.providers.libcloud.reports import Reports
from inventory.providers.login_users import ROOT
from inventory.providers.table import table_of
from inventory.types import VMBackend

Needs = Mapping[str, str]
NO_SCOPES: Needs = MappingProxyType({})
ALL_LISTS = frozenset({"virtual_machines", "sizes", "images", "locations"})
GUEST_STOPS = "A stop asks the guest to shut down. If the guest hangs, the job fails."


def token_kind(
    label: str,
    *,
    slug: str,
    driver: str,
    made_at: str,
    reports: Reports,
    methods: Mapping[str, str],
    limits: tuple[str, ...],
    tags: WordRules = EXACT_WORDS,
    modules: tuple[ModuleType, ...] = (),
    scopes: Needs = NO_SCOPES,
    **declared: Any,
) -> ProviderKind:
    """``driver``: the class in the module ``driver`` of the kind's package. ``made_at``: where its
    tokens are made. ``methods``: as ``table_over_methods``. ``modules``: those with further
    functions of the table. ``scopes``: what a token needs for machines, as ``Table.needing`` names
    it. ``declared``: the rest, as ProviderKind names it.

    Its lists are those of a driver with ``WholeLists``, which the contract's tests feed several
    pages each.
    """
    table = table_of(*modules, over=table_over_methods(reports, **methods))
    help_text = f"A personal access token, created under {made_at}."
    return ProviderKind(
        label=label,
        slug=slug,
        driver=driver_at(f"inventory.providers.{slug}.driver", driver),
        credentials=(CredentialField("token", "Access token", help=help_text, secret=True),),
        account=AccountFields(
            unnoticed=(f"Only {label} knows which account a token belongs to.",), known_by=()
        ),
        takes_unlisted_size=listed_sizes_only,
        default_regions=(GLOBAL,),
        known_regions=only_global,
        every_region=only_global,
        backend=VMBackend.KVM,
        login_users=ROOT,
        unorderable=frozenset({"security_groups"}),
        tags=tags,
        limits=(GUEST_STOPS, *WORD_LIMITS, *limits),
        proven_lists=ALL_LISTS,
        table=table.needing("virtual_machines", **scopes) if scopes else table,
        **declared,
    )
