"""The settings of a cloud in clouds.yaml, merged into one mapping for each of its regions.

The precedence is that of openstacksdk (openstack/config/loader.py, ``_get_base_cloud_config``,
``_get_known_regions`` and ``get_one``), lowest first: the profile, the entry, the values of the
region. secure.yaml is merged into the entry before that. Keys are checked after the merge, so a
setting has the same effect in every place where openstacksdk reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from inventory.imports.clouds.found import Unusable
from inventory.imports.clouds.openstack_keys import REGION
from inventory.imports.clouds.values import (
    is_placeholder,
    mapping_of,
    require_filled_in,
    text_of,
)

Settings = Mapping[str, Any]
PROFILE_WORDS = ("profile", "cloud")  # the second is the older word
REGION_WORDS = ("regions", "region_name")


@dataclass(frozen=True, kw_only=True)
class Region:
    """``values``: the settings that the entry has for this region alone."""

    name: str
    values: Settings = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The keys of ``values``, and those of its "auth" in place of it."""
        values = {key: value for key, value in self.values.items() if value is not None}
        return [str(key) for key in {**values, **mapping_of(values, "auth")} if key != "auth"]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """``settings``: without the keys that choose a profile or a region."""

    region: Region | None
    settings: Settings


def merge_secrets(own: Any, secret: Any) -> Any:
    """``secret`` over ``own``, at every depth."""
    if not (isinstance(own, dict) and isinstance(secret, dict)):
        return secret
    merged = {
        key: merge_secrets(own[key], value) if key in own else value
        for key, value in secret.items()
    }
    return {**own, **merged}


def merge_cloud(own: Settings, public: Settings) -> list[Merged]:
    """The entry's settings in each of its regions; one without a region if it names none.

    Raises Unusable: a profile or a region cannot be found or has another form.
    """
    profile = _profile(own, public)
    # A profile of the profile, or of a region's values, is not looked up by openstacksdk. It stays
    # in the settings, where it skips the account.
    base = _over(_without(profile, REGION_WORDS), _without(own, (*PROFILE_WORDS, *REGION_WORDS)))
    regions = _regions(own, profile)
    if not regions:
        return [Merged(region=None, settings=base)]
    return [Merged(region=one, settings=_with_values(base, one.values)) for one in regions]


def _profile(own: Settings, public: Settings) -> Settings:
    name = next((found for key in PROFILE_WORDS if (found := text_of(own, key))), None)
    if name is None:
        return {}
    if name not in public:
        raise Unusable(
            f"its profile {name} is in no clouds-public.yaml beside it: write the profile's "
            "settings into the entry"
        )
    return mapping_of(public, name)


def _without(settings: Settings, keys: tuple[str, ...]) -> Settings:
    return {key: value for key, value in settings.items() if key not in keys}


def _over(lower: Settings, upper: Settings) -> dict[str, Any]:
    auth = mapping_of(lower, "auth") | mapping_of(upper, "auth")
    return {**lower, **upper, "auth": auth}


def _with_values(base: Settings, values: Settings) -> dict[str, Any]:
    """Openstacksdk ignores a value of a region that is null."""
    return _over(base, {key: value for key, value in values.items() if value is not None})


def _regions(own: Settings, profile: Settings) -> list[Region]:
    found = _chosen(own)
    if not found:
        return _chosen(profile)
    if not own.get("regions"):
        names = {region.name for region in found}
        for region in _listed(profile):
            if region.name in names and region.keys:
                raise Unusable(
                    f"its region_name leaves out the settings ({', '.join(region.keys)}) that its "
                    f"profile has for the region; write them into the entry"
                )
    return found


def _chosen(settings: Settings) -> list[Region]:
    """``regions``, or those of them that ``region_name`` names."""
    listed, names = _listed(settings), _names(settings)
    if not listed:
        return [Region(name=name) for name in names]
    if not names:
        return listed
    chosen = [region for region in listed if region.name in names]
    if len(chosen) != len(names):
        raise Unusable("its region_name is not one of its regions")
    return chosen


def _names(settings: Settings) -> list[str]:
    """``region_name``: a name, a list, or in older files names with commas between them."""
    value = settings.get("region_name")
    if not isinstance(value, list):
        value = (text_of(settings, "region_name") or "").split(",")
    names = [_name({"region_name": name}, "region_name") for name in value]
    return [name for name in names if name]


def _listed(settings: Settings) -> list[Region]:
    entries = settings.get("regions") or []
    if not isinstance(entries, list):
        raise Unusable("regions is not a list")
    return [_region(entry) for entry in entries]


def _region(entry: Any) -> Region:
    mapping = entry if isinstance(entry, dict) else {"name": entry}
    REGION.require_known(mapping, of=" in regions")
    name = _name(mapping, "name")
    if not name:
        raise Unusable("one of its regions has no name")
    return Region(name=name, values=mapping_of(mapping, "values"))


def _name(settings: Settings, key: str) -> str | None:
    text = text_of(settings, key)
    require_filled_in(["regions" if key == "name" else key] if is_placeholder(text or "") else [])
    return text
