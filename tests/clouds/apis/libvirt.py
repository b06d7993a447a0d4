"""A libvirt daemon that answers from recordings, and remembers what was done to it.

    with Libvirt() as daemon:
        ... daemon.uri            # qemu+tcp://127.0.0.1:…/system
        daemon.fault = "403"      # of FAULTS: what every call is answered with from now on

It speaks the protocol of src/rpc/virnetprotocol.x. A guest starts, stops and restarts at once; one
in ``hung`` ignores a shutdown.
"""

import base64
import contextlib
import copy
import hashlib
import hmac
import socket
import socketserver
import struct
import threading
import time
import uuid

from lxml import etree

from inventory.providers.libvirt import xdr
from inventory.providers.libvirt.procedures import Domain, Pool, Procedure, Volume
from inventory.providers.libvirt.xdr import Reader
from tests.clouds.recorded import RECORDINGS

HEADER = struct.Struct(">IIIIIII")
PROGRAM = 0x20008086
OK, ERROR = 0, 1
RUNNING, PAUSED, SHUT_OFF, PM_SUSPENDED = 1, 3, 5, 7
IMAGES = "/var/lib/libvirt/images"
INTERNAL_ERROR, FAILED = 1, 9
NO_DOMAIN, NO_VOLUME, INVALID, EXISTS, AUTH_FAILED = 42, 50, 55, 90, 45
NOT_VALID = "Requested operation is not valid"
WITH_SAVED = 1  # VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
INACTIVE = 2  # VIR_DOMAIN_XML_INACTIVE
LIVE, CONFIG = 1, 2  # VIR_DOMAIN_AFFECT_LIVE, _CONFIG
INVALID_ARGUMENT, UNSUPPORTED, NO_DEVICE = 8, 67, 99
SIGNING_IN = {
    Procedure.AUTH_LIST,
    Procedure.AUTH_SASL_INIT,
    Procedure.AUTH_SASL_START,
    Procedure.AUTH_SASL_STEP,
    Procedure.CONNECT_OPEN,
}


class No(Exception):
    """A refusal by libvirt's number."""


def document(name):
    return etree.fromstring((RECORDINGS / f"libvirt/{name}.xml").read_bytes())


def insert_disk(devices, disk):
    """Where ``virDomainDiskInsert`` of libvirt's conf/domain_conf.c puts it."""

    def place(one):
        return len(one.find("target").get("dev")), one.find("target").get("dev")

    bus = disk.find("target").get("bus")
    same = [one for one in devices.iterfind("disk") if one.find("target").get("bus") == bus]
    after = [one for one in same if place(one) > place(disk)]
    if after:
        after[0].addprevious(disk)
    elif same:
        same[-1].addnext(disk)
    else:
        devices.append(disk)


def refused(number, message="no"):
    said = xdr.integer(number) + xdr.integer(0) + xdr.optional(message) + xdr.integer(2)
    return ERROR, said + xdr.ABSENT * 4 + xdr.integer(0) * 2 + xdr.ABSENT


# Replies that replace an answer: a status and a payload, raw bytes, or nothing.
FAULTS = {
    "403": refused(88),
    "500": refused(1, "oops"),
    "timeout": None,
    "header drips": None,
    "body drips": None,
    "reset": None,
    "cut": None,
    "garbage": b"<html>{oops and more of it, as long as a header",
    "empty": (OK, b""),
    "another object": (OK, xdr.integer(-1)),
    "a proxy's page": b"HTTP/1.1 502 Bad gateway\r\n\r\n<html>Bad gateway",
    "no object": (OK, xdr.uint(0)),
    "a proxy's 404": b"HTTP/1.1 404 Not found\r\n\r\n<html>Not found",
}


class Machine:
    def __init__(self, xml):
        self.xml = xml
        self.state, self.reason, self.is_saved = SHUT_OFF, 0, False

    @property
    def name(self):
        return self.xml.findtext("name")

    @property
    def uuid(self):
        return self.xml.findtext("uuid")

    def is_up(self):
        return self.state != SHUT_OFF

    def packed(self):
        return Domain(self.name, self.uuid).packed()


class Libvirt:
    password = "the-right-one"
    host = "kvm1.example"
    pool = Pool("default", "f793c7a3-ef69-4ae4-a25c-0163d6d338f3")

    def __init__(self):
        self.machines, self.volumes, self.hung = {}, {}, set()
        self.unlisted = set()  # names of files that the pool does not list until it is refreshed
        self.asked, self.fault, self.fault_meets = [], None, lambda call: call not in SIGNING_IN
        self.asks_for_password, self.transient = False, set()
        self.addresses = None  # of each machine that runs: by its leases, by the ARP table
        self.mechanisms, self.believes_anybody, self.heard_words = "SCRAM-SHA-256,PLAIN", False, []
        self.context, self.drip = None, 0.0  # of TLS; seconds between bytes
        self.path = None  # of a socket, instead of a port
        self.lock, self.ending = threading.Lock(), threading.Event()
        for name in ("volume_tiny_linux", "volume_nothing"):
            volume = document(name)
            self.volumes[volume.findtext("name")] = volume
        self.add(2)

    def add(self, count):
        for _ in range(count):
            number = len(self.machines) + 1
            xml = document("domain_running")
            known = str(uuid.UUID(int=number))
            xml.find("name").text, xml.find("uuid").text = f"web-{number}", known
            xml.find("metadata/*").set("uuid", known)
            disk = f"{IMAGES}/gateway-{known}.qcow2"
            xml.find("metadata/*").set("disk", disk)
            xml.find("devices/disk/source").set("file", disk)
            machine = self.machines[known] = Machine(xml)
            machine.state = RUNNING
            volume = document("volume_disk")
            volume.find("name").text = f"gateway-{known}.qcow2"
            volume.find("key").text = volume.find("target/path").text = disk
            self.volumes[volume.findtext("name")] = volume

    def __enter__(self):
        daemon = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError), daemon.secured(self.request) as connection:
                    daemon.serve(connection)

        if self.path:
            self.server = socketserver.ThreadingUnixStreamServer(str(self.path), Handler)
        else:
            self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        if self.path:
            self.uri = f"qemu+unix:///system?socket={self.path}"
        else:
            self.port = self.server.server_address[1]
            self.uri = f"qemu+tcp://127.0.0.1:{self.port}/system"
            self.tls_uri = f"qemu+tls://127.0.0.1:{self.port}/system"
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    # The service of one connection.

    def secured(self, connection):
        if self.context is None:
            return connection
        secured = self.context.wrap_socket(connection, server_side=True)
        try:
            secured.sendall(b"\x01")  # the client's certificate is welcome
        except OSError:
            secured.close()
            raise
        return secured

    def serve(self, connection):
        session = {}
        while header := read(connection, HEADER.size):
            length, program, version, number, kind, serial, _ = HEADER.unpack(header)
            assert (program, version, kind) == (PROGRAM, 1, 0)
            payload = read(connection, length - HEADER.size)
            call = Procedure(number)
            with self.lock:
                self.asked.append(call)
                fault = self.fault if self.fault_meets(call) else None
            if fault is not None:
                self.fail(connection, fault, number, serial)
                continue
            with self.lock:
                status, answer = self.answer(call, Reader(payload), session)
            send(connection, number, serial, status, answer, drip=self.drip)

    def fail(self, connection, fault, number, serial):
        answer = FAULTS[fault]
        if fault == "timeout":
            self.ending.wait(5)
        elif fault == "header drips":
            self.drip_out(connection, HEADER.pack(1000, PROGRAM, 1, number, 1, serial, OK))
        elif fault == "body drips":
            connection.sendall(HEADER.pack(10_000, PROGRAM, 1, number, 1, serial, OK))
            self.drip_out(connection, bytes(10_000))
        elif fault == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        elif fault == "cut":
            connection.sendall(HEADER.pack(1000, PROGRAM, 1, number, 1, serial, OK) + b"half")
            connection.close()
        elif isinstance(answer, bytes):
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
        else:
            send(connection, number, serial, *answer)

    def drip_out(self, connection, content):
        """A byte each 50 ms, until the client hangs up or the test ends."""
        for at in range(len(content)):
            if self.ending.wait(0.05):
                return
            connection.sendall(content[at : at + 1])

    def answer(self, call, reader, session):
        try:
            answer = getattr(self, call.name.lower())(reader, session)
        except No as no:
            return refused(*no.args)
        reader.end()
        return OK, answer or b""

    # Signing in.

    def auth_list(self, _reader, _session):
        return xdr.array([xdr.uint(1 if self.asks_for_password else 0)])

    def auth_sasl_init(self, _reader, _session):
        return xdr.text(self.mechanisms)

    def auth_sasl_start(self, reader, session):
        mechanism, is_nil, words = reader.text(), reader.uint(), reader.chars()
        self.heard_words.append(words)
        assert (mechanism, is_nil) == ("SCRAM-SHA-256", 0)
        opening = words.decode().removeprefix("n,,")
        nonce = opening.partition("r=")[2] + "more"
        challenge = f"r={nonce},s={base64.b64encode(b'salt').decode()},i=4096"
        session.update(opening=opening, nonce=nonce, challenge=challenge)
        return said(0, challenge)

    def auth_sasl_step(self, reader, session):
        is_nil, closing = reader.uint(), reader.chars().decode()
        if is_nil or self.believes_anybody:
            return said(1, "")
        salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), b"salt", 4096)
        bare, _, proof = closing.rpartition(",p=")
        assert bare == f"c=biws,r={session['nonce']}"
        spoken = ",".join((session["opening"], session["challenge"], bare)).encode()
        key = hmac.digest(salted, b"Client Key", "sha256")
        mask = hmac.digest(hashlib.sha256(key).digest(), spoken, "sha256")
        if bytes(a ^ b for a, b in zip(key, mask, strict=True)) != base64.b64decode(proof):
            raise No(AUTH_FAILED, "authentication failed: authentication failed")
        server = hmac.digest(hmac.digest(salted, b"Server Key", "sha256"), spoken, "sha256")
        return said(0, f"v={base64.b64encode(server).decode()}")

    def connect_open(self, reader, _session):
        assert reader.optional() == "qemu:///system"
        reader.uint()

    # The host.

    def connect_get_hostname(self, _reader, _session):
        return xdr.text(self.host)

    def node_get_info(self, _reader, _session):
        memory = struct.pack(">Q", 16 << 20)
        return xdr.uint(0) * 32 + memory + xdr.integer(8) + xdr.integer(1) * 5

    def connect_get_domain_capabilities(self, reader, _session):
        assert [reader.optional() for _ in range(4)] == [None] * 4
        reader.uint()
        return xdr.text(etree.tostring(document("domain_capabilities")).decode())

    # Domains.

    def connect_list_all_domains(self, reader, _session):
        assert (reader.integer(), reader.uint()) == (1, 0)
        return self.listed([machine.packed() for machine in self.machines.values()])

    def domain_lookup_by_uuid(self, reader, _session):
        return self.known(str(uuid.UUID(bytes=reader.take(16)))).packed()

    def domain_lookup_by_name(self, reader, _session):
        name = reader.text()
        for machine in self.machines.values():
            if machine.name == name:
                return machine.packed()
        raise No(NO_DOMAIN, f"Domain not found: no domain with matching name '{name}'")

    def domain_get_state(self, reader, _session):
        machine = self.given(reader)
        reader.uint()
        return xdr.integer(machine.state) + xdr.integer(machine.reason)

    def domain_get_xml_desc(self, reader, _session):
        machine = self.given(reader)
        xml = copy.deepcopy(machine.xml)
        if reader.uint() & INACTIVE:
            for chain in xml.findall("devices/disk/backingStore"):
                chain.getparent().remove(chain)
        return xdr.text(etree.tostring(xml).decode())

    def domain_has_managed_save_image(self, reader, _session):
        machine = self.given(reader)
        reader.uint()
        return xdr.integer(machine.is_saved)

    def domain_is_persistent(self, reader, _session):
        return xdr.integer(self.given(reader).uuid not in self.transient)

    def domain_interface_addresses(self, reader, _session):
        machine = self.given(reader)
        source, _ = reader.uint(), reader.uint()
        if source != 0 and self.addresses is None:
            raise No(1, "internal error: wrong nlmsg len")
        last = uuid.UUID(machine.uuid).int % 250 + 2
        leases, arp = self.addresses or ([f"192.168.122.{last}"], [])
        found = leases if source == 0 else arp
        addresses = [xdr.integer(int(":" in ip)) + xdr.text(ip) + xdr.uint(24) for ip in found]
        interface = xdr.text("vnet0") + xdr.optional("52:54:00:94:c8:3f")
        return xdr.array([interface + xdr.array(addresses)])

    def domain_create(self, reader, _session):
        machine = self.given(reader)
        if machine.is_up():
            raise No(INVALID, f"{NOT_VALID}: domain is already running")
        machine.state, machine.reason, machine.is_saved = RUNNING, 1, False

    def domain_resume(self, reader, _session):
        machine = self.running(reader)
        if machine.state == RUNNING:
            raise No(INVALID, f"{NOT_VALID}: domain is already running")
        machine.state = RUNNING

    def domain_pm_wakeup(self, reader, _session):
        machine = self.running(reader)
        reader.uint()
        if machine.state != PM_SUSPENDED:
            raise No(INTERNAL_ERROR, "internal error: unable to wake up: not suspended")
        machine.state, machine.reason = RUNNING, 8

    def domain_shutdown(self, reader, _session):
        machine = self.running(reader)
        if machine.state != RUNNING:
            raise No(INVALID, f"{NOT_VALID}: domain is not running")
        if machine.uuid not in self.hung:
            machine.state, machine.reason = SHUT_OFF, 1
            self.forget_transient(machine)

    def domain_reset(self, reader, _session):
        self.running(reader)
        reader.uint()

    def domain_managed_save(self, reader, _session):
        machine = self.running(reader)
        reader.uint()
        if machine.uuid in self.transient:
            raise No(INVALID, f"{NOT_VALID}: cannot do managed save for transient domain")
        machine.state, machine.reason, machine.is_saved = SHUT_OFF, 5, True

    def domain_destroy_flags(self, reader, _session):
        machine = self.running(reader)
        reader.uint()
        machine.state, machine.reason = SHUT_OFF, 2
        self.forget_transient(machine)

    def domain_undefine_flags(self, reader, _session):
        machine = self.given(reader)
        flags = reader.uint()
        if machine.uuid in self.transient:
            raise No(INVALID, f"{NOT_VALID}: cannot undefine transient domain")
        if machine.is_saved and not flags & WITH_SAVED:
            raise No(INVALID, f"{NOT_VALID}: domain managed save image exists")
        if machine.is_up():
            self.transient.add(machine.uuid)
        else:
            del self.machines[machine.uuid]

    def domain_define_xml(self, reader, _session):
        xml = etree.fromstring(reader.text())
        memory = xml.find("memory")
        memory.text, memory.attrib["unit"] = str(int(memory.text) << 10), "KiB"
        known, name = xml.findtext("uuid"), xml.findtext("name")
        for machine in self.machines.values():
            if (machine.uuid == known) != (machine.name == name):
                why = "already defined" if machine.uuid == known else "already exists"
                raise No(FAILED, f"operation failed: domain is {why} with uuid {machine.uuid}")
        if known in self.machines:
            self.machines[known].xml = xml
        else:
            self.machines[known] = Machine(xml)
        return self.machines[known].packed()

    def domain_set_metadata(self, reader, _session):
        machine = self.given(reader)
        assert reader.integer() == 2
        text, prefix, uri = reader.optional(), reader.optional(), reader.optional()
        flags = reader.uint()
        if flags & 1 and not machine.is_up():
            raise No(INVALID, f"{NOT_VALID}: domain is not running")
        if flags & 2 and machine.uuid in self.transient:
            raise No(INVALID, f"{NOT_VALID}: cannot change persistent config of a transient domain")
        bare = etree.fromstring(text)
        named = etree.Element(f"{{{uri}}}{bare.tag}", bare.attrib, nsmap={prefix: uri})
        for child in bare:
            etree.SubElement(named, f"{{{uri}}}{child.tag}", child.attrib)
        place = machine.xml.find("metadata")
        if place is None:
            place = etree.SubElement(machine.xml, "metadata")
        for old in place.iterfind(f"{{{uri}}}*"):
            place.remove(old)
        place.append(named)

    # Storage.

    def storage_pool_lookup_by_name(self, reader, _session):
        if reader.text() != self.pool.name:
            raise No(49, "Storage pool not found")
        return self.pool.packed()

    def storage_pool_list_all_volumes(self, reader, _session):
        reader.take(len(self.pool.packed()))
        assert (reader.integer(), reader.uint()) == (1, 0)
        known = [xml for name, xml in self.volumes.items() if name not in self.unlisted]
        return self.listed([self.volume(xml) for xml in known])

    def storage_pool_refresh(self, reader, _session):
        """storageRefreshPool: the pool lists the files of its folder anew."""
        reader.take(len(self.pool.packed()))
        assert reader.uint() == 0
        self.unlisted.clear()

    def storage_vol_lookup_by_name(self, reader, _session):
        reader.take(len(self.pool.packed()))
        return self.volume(self.stored(reader.text()))

    def storage_vol_lookup_by_path(self, reader, _session):
        return self.volume(self.stored(reader.text().rpartition("/")[2]))

    def storage_vol_get_xml_desc(self, reader, _session):
        volume = Volume.read(reader)
        reader.uint()
        return xdr.text(etree.tostring(self.stored(volume.name)).decode())

    def storage_vol_create_xml(self, reader, _session):
        reader.take(len(self.pool.packed()))
        xml = etree.fromstring(reader.text())
        reader.uint()
        name = xml.findtext("name")
        if name in self.volumes:
            raise No(EXISTS, "storage volume exists already")
        backing = xml.findtext("backingStore/path")
        whole = copy.deepcopy(document("volume_disk" if backing else "volume_raw"))
        whole.find("name").text = name
        whole.find("key").text = whole.find("target/path").text = f"{IMAGES}/{name}"
        if backing:
            whole.find("backingStore/path").text = backing
        else:
            self.shape(whole, xml)
        self.volumes[name] = whole
        return self.volume(whole)

    def shape(self, whole, xml):
        """As ordered: the size, and the format, which is raw unless another is named."""
        capacity, form = xml.find("capacity"), xml.find("target/format")
        assert capacity.get("unit") == "GiB"
        whole.find("capacity").text = str(int(capacity.text) << 30)
        if form is not None:
            if form.get("type") not in {"raw", "qcow2"}:
                raise No(
                    UNSUPPORTED,
                    f"unsupported configuration: unknown volume format type {form.get('type')}",
                )
            whole.find("target/format").set("type", form.get("type"))

    def connect_list_all_storage_pools(self, reader, _session):
        assert (reader.integer(), reader.uint()) == (1, 2)  # the active ones
        return self.listed([self.pool.packed()])

    def storage_vol_resize(self, reader, _session):
        volume, capacity, flags = Volume.read(reader), reader.hyper(), reader.uint()
        assert flags == 0
        grow(self.stored(volume.name), capacity)

    def domain_block_resize(self, reader, _session):
        machine = self.running(reader)
        device, capacity, flags = reader.text(), reader.hyper(), reader.uint()
        assert flags == 1  # the size is in bytes
        disk = disk_at(machine.xml, device)
        if disk is None:
            raise No(INVALID_ARGUMENT, f"invalid argument: disk '{device}' not found in domain")
        # QEMU makes a disk smaller, too: qemuDomainBlockResize checks nothing.
        volume = self.stored(disk.find("source").get("file").rpartition("/")[2])
        volume.find("capacity").text = str(capacity)

    def domain_attach_device_flags(self, reader, _session):
        machine, disk = self.given(reader), etree.fromstring(reader.text())
        self.check_targets(machine, reader.uint())
        device = disk.find("target").get("dev")
        if disk_at(machine.xml, device) is not None:
            raise No(FAILED, f"operation failed: target {device} already exists")
        insert_disk(machine.xml.find("devices"), disk)

    def domain_detach_device_flags(self, reader, _session):
        """A guest that hangs keeps what it is asked to release."""
        machine, disk = self.given(reader), etree.fromstring(reader.text())
        flags = reader.uint()
        self.check_targets(machine, flags)
        found = disk_at(machine.xml, disk.find("target").get("dev"))
        if found is None:
            raise No(NO_DEVICE, "device not found: no target device")
        if flags & LIVE and machine.uuid in self.hung:
            return
        # One description stands for both: the last of the calls changes it.
        if flags & LIVE or not machine.is_up():
            machine.xml.find("devices").remove(found)

    def check_targets(self, machine, flags):
        if flags & LIVE and not machine.is_up():
            raise No(INVALID, f"{NOT_VALID}: domain is not running")
        if flags & CONFIG and machine.uuid in self.transient:
            raise No(INVALID, f"{NOT_VALID}: cannot change persistent config of a transient domain")

    def storage_vol_delete(self, reader, _session):
        volume = Volume.read(reader)
        reader.uint()
        self.stored(volume.name)
        del self.volumes[volume.name]

    # Lookups and replies that the calls share.

    def forget_transient(self, machine):
        """A transient domain is gone when it is off."""
        if machine.uuid in self.transient:
            del self.machines[machine.uuid]

    def known(self, external_id):
        if external_id not in self.machines:
            raise No(NO_DOMAIN, f"Domain not found: no domain with matching uuid '{external_id}'")
        return self.machines[external_id]

    def given(self, reader):
        return self.known(Domain.read(reader).uuid)

    def running(self, reader):
        machine = self.given(reader)
        if not machine.is_up():
            raise No(INVALID, f"{NOT_VALID}: domain is not running")
        return machine

    def stored(self, name):
        if name not in self.volumes:
            raise No(NO_VOLUME, "Storage volume not found")
        return self.volumes[name]

    def volume(self, xml):
        return Volume(self.pool.name, xml.findtext("name"), xml.findtext("key")).packed()

    def listed(self, items):
        return xdr.array(items) + xdr.uint(len(items))


def disk_at(xml, device):
    """The element of the disk with this name; None if there is none."""
    for disk in xml.iterfind("devices/disk"):
        if disk.find("target").get("dev") == device:
            return disk
    return None


def grow(volume, capacity):
    if capacity < int(volume.findtext("capacity")):
        raise No(INVALID_ARGUMENT, "invalid argument: can't shrink capacity below current capacity")
    volume.find("capacity").text = str(capacity)


def said(complete, words):
    return xdr.integer(complete) + xdr.integer(not words) + xdr.chars(words.encode())


def read(connection, count):
    """All of it, or nothing when the other side is done."""
    received = b""
    while len(received) < count:
        piece = connection.recv(count - len(received))
        if not piece:
            return b""
        received += piece
    return received


def send(connection, number, serial, status, payload, *, drip=0.0):
    length = HEADER.size + len(payload)
    message = HEADER.pack(length, PROGRAM, 1, number, 1, serial, status) + payload
    pieces = [message[at : at + 1] for at in range(length)] if drip else [message]
    for piece in pieces:
        connection.sendall(piece)
        time.sleep(drip)
