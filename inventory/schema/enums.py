"""The enums of the inventory's schema. Python's own are where they are used; meanings are here."""

from gateway.core.graphql.enums import described_enum
from inventory.live.receipts import SourceStatus as SourceStatusValue
from inventory.providers import Capability
from inventory.selectors.providers import ProviderStatus as ProviderStatusValue
from inventory.types import ContainerType as ContainerTypeValue
from inventory.types import MachineState
from inventory.types import VMBackend as VMBackendValue

VirtualMachineState = described_enum(
    MachineState,
    name="VirtualMachineState",
    description="What a machine is doing, in one vocabulary for all clouds. "
    "rawState has the cloud's own word.",
    meanings={state: state.meaning for state in MachineState},
)
SourceStatus = described_enum(
    SourceStatusValue,
    name="SourceStatus",
    description="How far an answer can rely on a source.",
    meanings={
        SourceStatusValue.LIVE: "Asked for this answer, and answered in full.",
        SourceStatusValue.CACHED: "Not asked: what is stored is young enough.",
        SourceStatusValue.STALE: "It failed; its last good rows are shown, all marked stale.",
        SourceStatusValue.FAILED: "It failed, or was never asked, and there is nothing to show.",
    },
)
ProviderStatus = described_enum(
    ProviderStatusValue,
    name="ProviderStatus",
    description="How a provider answered when it was last asked.",
    meanings={
        ProviderStatusValue.UNCHECKED: "It has not been asked yet.",
        ProviderStatusValue.OK: "Every region answered.",
        ProviderStatusValue.DEGRADED: "Some regions fail, or it answers with errors.",
        ProviderStatusValue.UNREACHABLE: "No region can be reached.",
        ProviderStatusValue.INVALID_CREDENTIALS: "It refuses the credentials.",
    },
)
ProviderCapability = described_enum(
    Capability,
    name="ProviderCapability",
    description="What a kind of provider can do through this gateway.",
    meanings={capability: capability.meaning for capability in Capability},
)
VMBackend = described_enum(
    VMBackendValue,
    name="VMBackend",
    description="What runs a virtual machine.",
    meanings={backend: backend.meaning for backend in VMBackendValue},
)
ContainerType = described_enum(
    ContainerTypeValue,
    name="ContainerType",
    description="What runs a container.",
    meanings={kind: kind.meaning for kind in ContainerTypeValue},
)
