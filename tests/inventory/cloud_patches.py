"""Replaces one verb of ``Cloud`` in a test, by its key or by a name, and leaves the others."""

from functools import partial

from inventory.providers import Capability, Cloud

CREATING = {"provision", "deploy", "create"}
OBJECTS = {"virtual_machines": "machine", "containers": "container"}


def _name(capability):
    """``stop_machine``, ``list_containers``, ``create_machine``, ``list_sizes``."""
    noun = OBJECTS.get(capability.resource)
    if capability.verb == "list":
        return f"list_{noun}s" if noun else f"list_{capability.resource}"
    verb = "create" if capability is Capability.PROVISION else capability.verb
    return f"{verb}_{noun}"


KEYS = {_name(capability): capability.key for capability in Capability} | {
    f"find_{noun}": (resource, "find") for resource, noun in OBJECTS.items()
}


def plain_cloud(resource, verb):
    """The method as it is now, for this verb: a function of the cloud and the verb's arguments."""
    name, key = _method(resource, verb)
    method = getattr(Cloud, name)
    return lambda cloud, *given: method(cloud, *key, *given)


def patch_cloud(monkeypatch, resource, verb, function):
    """``function(cloud, *arguments)`` is called in place of the method, for this verb."""
    name, key = _method(resource, verb)
    before = getattr(Cloud, name)

    def method(cloud, *given):
        if given[: len(key)] == key:
            return function(cloud, *given[len(key) :])
        return before(cloud, *given)

    monkeypatch.setattr(Cloud, name, method)


def plain_named(name):
    """Do the same as ``plain_cloud``, by a name of KEYS; other names are names of methods."""
    return plain_cloud(*KEYS[name]) if name in KEYS else getattr(Cloud, name)


def patch_named(monkeypatch, name, function):
    """Do the same as ``patch_cloud``, by a name of KEYS; other names are names of methods."""
    if name in KEYS:
        patch_cloud(monkeypatch, *KEYS[name], function)
    else:
        monkeypatch.setattr(Cloud, name, function)


def call_named(cloud, name):
    """A function of the verb's arguments, by a name of KEYS; ``list_…_everywhere`` too."""
    if name.endswith("_everywhere"):
        return partial(cloud.read_everywhere, KEYS[name.removesuffix("_everywhere")][0])
    method, key = _method(*KEYS[name])
    return partial(getattr(cloud, method), *key)


def _method(resource, verb):
    """The name of Cloud's method, and the arguments that choose the verb."""
    if verb in {"list", "find"}:
        return {"list": "read"}.get(verb, verb), (resource,)
    return ("create" if verb in CREATING else "do"), (resource, verb)
