"""The XML of a new machine: libvirt.org/formatdomain.html describes every element."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from inventory.providers.libvirt.metadata import Note
from inventory.providers.libvirt.storage import DISK_FORM
from inventory.providers.markup import check_text
from inventory.types import SizeRecord

AGENT = "org.qemu.guest_agent.0"  # through which a guest that has one is shut down


@dataclass(frozen=True, slots=True)
class Plan:
    """``network``: the name of a libvirt network. None: the guest can connect out, but not in."""

    name: str
    note: Note
    size: SizeRecord
    network: str | None


def domain_xml(plan: Plan, capabilities: Any) -> str:
    """``capabilities``: the host's, parsed; its virtualisation, machine and architecture.

    Raises ProviderError for a name or tags that XML has no way to hold.
    """
    check_text(plan.name, plan.network or "")
    domain = etree.Element("domain", type=capabilities.findtext("domain"))
    for name, value in (
        ("name", plan.name),
        ("uuid", plan.note.uuid),
        ("vcpu", str(plan.size.vcpus)),
        ("on_reboot", "restart"),
    ):
        etree.SubElement(domain, name).text = value
    etree.SubElement(domain, "memory", unit="MiB").text = str(plan.size.memory)
    etree.SubElement(domain, "metadata").append(plan.note.element())
    kind = etree.SubElement(etree.SubElement(domain, "os"), "type")
    kind.set("arch", capabilities.findtext("arch"))
    kind.set("machine", capabilities.findtext("machine"))
    kind.text = "hvm"
    if domain.get("type") == "kvm":
        etree.SubElement(domain, "cpu", mode="host-model")
    features = etree.SubElement(domain, "features")
    etree.SubElement(features, "acpi")  # without it there is no power button
    etree.SubElement(features, "apic")
    _add_devices(domain, plan)
    return etree.tostring(domain, encoding="unicode")


def _add_devices(domain: Any, plan: Plan) -> None:
    devices = etree.SubElement(domain, "devices")
    disk = etree.SubElement(devices, "disk", type="file", device="disk")
    etree.SubElement(disk, "driver", name="qemu", type=DISK_FORM)
    etree.SubElement(disk, "source", file=plan.note.disk)
    etree.SubElement(disk, "target", dev="vda", bus="virtio")
    interface = etree.SubElement(devices, "interface", type="network" if plan.network else "user")
    if plan.network:
        etree.SubElement(interface, "source", network=plan.network)
    etree.SubElement(interface, "model", type="virtio")
    channel = etree.SubElement(devices, "channel", type="unix")
    etree.SubElement(channel, "target", type="virtio", name=AGENT)
    etree.SubElement(devices, "console", type="pty")
    rng = etree.SubElement(devices, "rng", model="virtio")
    etree.SubElement(rng, "backend", model="random").text = "/dev/urandom"
