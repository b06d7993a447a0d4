"""How a key pair is imported."""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.operations.actions.creation import Creation
from inventory.operations.actions.public_keys import FIELD, checked_public_key
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.key_pair import KeyPairState as State
from inventory.records.key_pair import NewKeyPair
from inventory.resources.key_pair import KEY_PAIRS

KEY_PAIR = TargetType(KEY_PAIRS)


def _clean(provider: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    line, kind = checked_public_key(given["public_key"])
    accepted = provider.kind.key_types
    if kind not in accepted:
        message = f"{provider.kind.label} takes keys of the types {', '.join(sorted(accepted))}."
        raise InvalidInput(message, field=FIELD)
    return {"public_key": line}


def _order(arguments: Mapping[str, Any], mark: str) -> NewKeyPair:
    return NewKeyPair(
        name=arguments["name"],
        public_key=arguments["public_key"],
        client_token=mark,
        tags=arguments["tags"],
    )


IMPORT = Creation(
    target_type=KEY_PAIR,
    capability=Capability.IMPORT_KEY_PAIR,
    label="Import a public key",
    description="Import a public key, at one provider or at several. "
    "The job succeeds when the cloud has it.",
    takes={
        "public_key": Taken(
            required=True,
            longest=0,
            description="The public key in one line, as ~/.ssh/id_ed25519.pub has it.",
        )
    },
    clean=_clean,
    order=_order,
    done=frozenset({State.AVAILABLE}),
    failed=frozenset({State.DELETED}),
)
CREATIONS = (IMPORT,)
