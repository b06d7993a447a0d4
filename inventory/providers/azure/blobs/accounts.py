"""Storage accounts and containers at Resource Manager: learn.microsoft.com/rest/api/storagerp."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from inventory.providers.azure.requests import pages, version_of
from inventory.providers.exceptions import ProviderError
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, found
from inventory.records.bucket import Versioning

ACCOUNTS = "Microsoft.Storage/storageAccounts"
CONTAINERS = f"{ACCOUNTS}/blobServices/containers"
OWN = re.compile(
    r"/subscriptions/[^/?#]+/resourceGroups/[^/?#]+/providers/Microsoft\.Storage/storageAccounts/"
    r"(?P<name>[a-z0-9]{3,24})",
    re.IGNORECASE,
)
WITH_BLOBS = frozenset({"Storage", "StorageV2", "BlobStorage", "BlockBlobStorage"})
BY_AZURE, BY_KEY = "AES256", "key-vault"
KEY_SOURCES = {"microsoft.storage": BY_AZURE, "microsoft.keyvault": BY_KEY}


class StorageAccount(NamedTuple):
    """``path``: at Resource Manager; empty: it could not be read, as ``problem`` says.

    ``lets_public``: whether its containers may be public at all; None: it does not say.
    """

    path: str
    name: str
    lets_public: bool | None = None
    encryption: str | None = None
    problem: str | None = None


def storage_accounts(driver: Any) -> Iterator[StorageAccount]:
    """Those of the subscription that have blobs."""
    for entry in pages(driver, f"{driver.subscription}/providers/{ACCOUNTS}"):
        one = Reading(entry)
        path, properties = one.text("id", required=True) or "", one.part("properties")
        match = OWN.fullmatch(path)
        if match is None:
            problem = one.problem or "The id of a storage account cannot be read."
            yield StorageAccount("", "", problem=f"Its containers are unknown. {problem}")
        elif _has_blobs(one):
            source = (properties.text("encryption", "keySource") or "").lower()
            yield StorageAccount(
                path,
                match["name"].lower(),
                properties.flag("allowBlobPublicAccess"),
                KEY_SOURCES.get(source),
                one.problem,
            )


def _has_blobs(account: Reading) -> bool:
    """False for an account with shares of files alone. One that does not say is asked."""
    kind, endpoints = account.text("kind"), account.part("properties").part("primaryEndpoints")
    if kind in WITH_BLOBS:
        return True
    return kind != "FileStorage" and not (endpoints.has("file") and not endpoints.has("blob"))


def account_named(driver: Any, name: str) -> StorageAccount | None:
    """The account; else one that could not be read, which may be it. None: there is neither."""
    found = list(storage_accounts(driver))
    own = next((one for one in found if one.path and one.name == name), None)
    return own or next((one for one in found if not one.path), None)


def containers_of(driver: Any, account: StorageAccount) -> list[Any]:
    return pages(driver, f"{account.path}/blobServices/default/containers")


def container(driver: Any, account: StorageAccount, name: str) -> dict[str, Any] | None:
    path = f"{account.path}/blobServices/default/containers/{name}"
    return found(driver.connection, path, **version_of(path))


def versioning_of(driver: Any, account: StorageAccount) -> str | None:
    """Versioning is a setting of the account. None: it may not be read."""
    path = f"{account.path}/blobServices/default"
    try:
        body = ask(driver.connection, path, **version_of(path))
    except ProviderError as error:
        if error.retryable:
            raise
        return None
    properties = Reading(body).part("properties")
    is_on = properties.flag("isVersioningEnabled")
    if is_on is None and properties.problem:
        return None
    return Versioning.ENABLED if is_on else Versioning.OFF
