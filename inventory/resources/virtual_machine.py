"""Virtual machines of clouds."""

from inventory.models import MachineAddress, MachineRollup, MachineTag, VirtualMachine
from inventory.resources import facts, priced
from inventory.resources.base import Entry, Fact, Filter, How, Link, Observation, Order, Resource
from inventory.resources.filters import of_rows, of_sources
from inventory.resources.ssh import COLUMNS, ssh_command
from inventory.types import MachineRecord, MachineState

VIRTUAL_MACHINES = Resource(
    VirtualMachine,
    MachineRecord,
    plural="virtual_machines",
    nouns=("machine", "machines"),
    states=MachineState,
    observation=Observation(
        removed=MachineState.TERMINATED,
        searched=(
            "name",
            "external_id",
            "size_name",
            "size_id",
            "image_name",
            "image_id",
            "location_name",
            "public_ips",
            "private_ips",
            "public_dns_names",
            "tags",
        ),
        # Not raw_state, which says what state says, nor names, which repeat ids.
        history=(
            "name",
            "state",
            "size_id",
            "memory",
            "vcpus",
            "disk",
            "image_id",
            "location_id",
            "public_ips",
            "private_ips",
            "tags",
            "created_at",
        ),
    ),
    interfaces=("ComputeService",),
    place=40,
    rollup=MachineRollup,
    facts={
        "external_id": facts.external_id(),
        "state": facts.state(),
        "raw_state": Fact("The cloud's own word for the state."),
        "state_changed_at": facts.STATE_CHANGED_AT,
        "first_seen_at": facts.FIRST_SEEN_AT,
        "last_state": facts.last_state("For a MISSING machine, its state before."),
        "missing_since": Fact("For a MISSING machine, when its cloud's list first omitted it."),
        "provider": facts.provider("The provider of the machine."),
        "region": Fact("The region it is in."),
        "memory": Fact("Memory in MiB; null if the cloud does not report it.", measure=True),
        "vcpus": Fact("Virtual processors; null if the cloud does not report it.", measure=True),
        "size": Fact(
            "Its size; null if the cloud does not report it.",
            type="Size",
            entry=Entry(
                {
                    "name": "size_name",
                    "memory": "memory",
                    "vcpus": "vcpus",
                    "disk": "disk",
                    "usd_per_hour": "size_usd_per_hour",
                    "price_as_of": "price_as_of",
                }
            ),
        ),
        "image": Fact(
            "Its image; null where the cloud does not report it.",
            type="Image",
            entry=Entry(
                {"name": "image_name"},
                back="virtual_machines",
                description="The machines that were created from it.",
            ),
        ),
        "location": Fact(
            "Its zone; null where the cloud has none.",
            type="Location",
            entry=Entry({"name": "location_name"}, stored=False),
        ),
        "key_pair": Fact(
            "The key pair that it was ordered with. Null if it has none, or if that is gone.",
            type="KeyPair",
            link=Link(
                back="virtual_machines",
                description="The machines that were ordered with it.",
            ),
        ),
        "security_groups": Fact(
            "The security groups that it is in, by name; at most 100: extensions.cuts says how "
            "many are left out.",
            type="SecurityGroup",
            required=True,
            link=Link(
                back="virtual_machines",
                description="The machines that are in it.",
                column="security_group_ids",
                several=True,
            ),
        ),
        "public_ips": Fact("Addresses that the internet can reach, IPv4 and IPv6."),
        "private_ips": Fact("Addresses inside the cloud."),
        "public_dns_names": Fact("DNS names of its public addresses, if the cloud reports them."),
        "ssh_command": Fact(
            "The command that logs in, with the key's file and the image's user if they are "
            "known. It uses a public name or address, or a private address if there is no public "
            "one. Null if the machine has no address.",
            type="String",
            read=ssh_command,
            reads=COLUMNS,
        ),
        "tags": Fact(
            "Its tags, ordered by key and value. "
            "A key may have several values where the cloud allows it.",
            type="Tag",
            usual=3,
        ),
        "created_at": Fact(
            "When it was created. It does not change when the machine is started. "
            "Null if the cloud does not report it."
        ),
        "launched_at": Fact(
            "When it was last started, as far as the cloud reports it. Null if the cloud does not."
        ),
        "observed_at": facts.observed_at("When the cloud last confirmed these values."),
        "stale": facts.STALE,
        "system_type": Fact(
            "The system that runs it.",
            type="VMBackend",
            read=lambda row: row.provider.kind.backend,
            reads=(),
        ),
        "operating_system": Fact(
            "The operating system that its cloud charges for: linux, windows, or the cloud's own "
            "word. Null if the cloud does not report it.",
        ),
        "instance_lifecycle": Fact(
            "spot for spare capacity that its cloud may take back, or the cloud's own word. "
            "Null for a machine on demand, and where the cloud does not say.",
        ),
        "price_per_hour": Fact(
            "The cost of an hour while it runs, in US dollars. Null if it is unknown. price "
            "has the source, too.",
            type="Float",
            read=priced.shown_hour,
            reads=("price_amount", "cost_running"),
        ),
        **priced.facts(
            "The cost of an hour while it runs, without its volumes.",
            "The cost of a month of 730 hours in its present state, without its volumes: 0 when "
            "it is gone; when it is stopped, the amount that its cloud charges for a stopped "
            "machine.",
        ),
    },
    filters={
        **of_sources(),
        "state": Filter(How.STATES, "States."),
        "name": Filter(How.CONTAINS, "A text that the machine's name contains; case-insensitive."),
        "tags": Filter(How.PAIRS, "Tags that it has, all of them; at most 20.", terms=MachineTag),
        "search": Filter(
            How.WORDS,
            "Words, each of which must be contained, case-insensitive, in a name or an id (its "
            "own, its size's, image's or zone's), an address, or a tag as key=value.",
        ),
        "size": Filter(
            How.ENTRIES,
            "Sizes: a Size's id, for machines of its provider and region alone, or the cloud's "
            "own id, for machines of all providers and regions.",
            of="Size",
        ),
        "image": Filter(
            How.ENTRIES,
            "Images: an Image's id, for machines of its provider and region alone, or the cloud's "
            "own id, for machines of all providers and regions.",
            of="Image",
        ),
        "address": Filter(
            How.ADDRESSES,
            "Addresses, public or private: whole IPv4 or IPv6 addresses, in any spelling. Networks "
            "and parts of an address are refused.",
            columns=("public_ips", "private_ips"),
            terms=MachineAddress,
        ),
        "created_after": Filter(
            How.SINCE,
            "Created (createdAt) at this time or later; UTC if it has no offset. A later start "
            "does not count.",
            column="created_at",
        ),
        "created_before": Filter(
            How.BEFORE, "Created (createdAt) before this time.", column="created_at"
        ),
        "seen_after": Filter(
            How.SEEN_SINCE, "Last confirmed by its cloud (observedAt) at this time or later."
        ),
        "seen_before": Filter(
            How.SEEN_BEFORE, "Last confirmed by its cloud (observedAt) before this time."
        ),
        "launched_after": Filter(
            How.SINCE,
            "Last started (launchedAt) at this time or later, where the cloud reports it.",
            column="launched_at",
        ),
        "launched_before": Filter(
            How.BEFORE,
            "Last started before this time, where the cloud reports it.",
            column="launched_at",
        ),
        "min_price_per_hour": Filter(
            How.AT_LEAST,
            "With a price of this or more, in US dollars an hour. Machines without a known price "
            "do not match.",
            column="cost_running",
            scale=priced.PER_HOUR,
        ),
        "max_price_per_hour": Filter(
            How.AT_MOST,
            "With a price of this or less, in US dollars an hour. Machines without a known price "
            "do not match.",
            column="cost_running",
            scale=priced.PER_HOUR,
        ),
        **priced.filters(),
        **of_rows("tags"),
    },
    orders={
        "name": Order("By name."),
        "created_at": Order("By createdAt; machines without it come first."),
        "state": Order("By the name of the state."),
        "region": Order("By region."),
        "memory": Order("By memory; unknown values come first."),
        "vcpus": Order("By virtual processors; unknown values come first."),
        "price": Order(
            "By the price of an hour; unknown prices come last.",
            column="cost_running",
            unknown_last=True,
        ),
        **priced.orders(),
    },
    list_description="Machines at all your clouds, read live from all of them at once. "
    "Machines that are TERMINATED or MISSING are included unless filtered out.",
    single_description="One machine, read live from its cloud, even if no list has shown it "
    "yet. The receipt is in the answer's extensions.sources. "
    "NOT_FOUND if its provider is not connected to its region.",
)
