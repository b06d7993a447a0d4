"""An account with an ``owner`` is connected for what that owner has, whatever its token reaches.

Everybody who sees the provider asks by its token, so no question goes beyond that.
"""

from collections.abc import Iterable
from typing import Any

from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.reading import Reading
from inventory.records.code_hosting import RepositoryKey

OTHER_OWNER = "This provider is connected for one owner alone, and this is another one's."


def is_within(driver: Any, login: str | None) -> bool:
    """True if ``login`` is the owner, or if no owner is set. GitHub ignores the case of logins."""
    return not driver.owner or (login or "").lower() == driver.owner.lower()


def check_owner(driver: Any, login: str | None) -> None:
    """Raises ProviderError for another owner."""
    if not is_within(driver, login):
        raise ProviderError(Code.PERMISSION_DENIED, OTHER_OWNER)


def check_owners(driver: Any, repositories: Iterable[RepositoryKey]) -> None:
    """As ``check_owner``, by full names."""
    for one in repositories:
        check_owner(driver, one.full_name.partition("/")[0])


def strays(driver: Any, repository: Reading) -> bool:
    """True if a repository that was requested by its id belongs to another owner now.

    ``repository``: with ``owner { login }``.
    """
    return not is_within(driver, repository.text("owner", "login"))
