"""A machine with each sort of address that a kind of cloud has, and the lists that it belongs to.

Each function gives the addresses to the account's first machine, as the vendor documents them, and
returns the public and the private ones. An entry that is no address is among them where the cloud
does not say what the sort of an address is.
"""

from contextlib import contextmanager

from tests.clouds.static_ec2 import instance_xml, instances_xml, reply

EC2_INTERFACES = """
<ipAddress>52.0.0.1</ipAddress><privateIpAddress>10.0.0.5</privateIpAddress>
<ipv6Address>2600:1f18::5</ipv6Address>
<networkInterfaceSet><item>
  <privateIpAddress>10.0.0.5</privateIpAddress>
  <association><publicIp>52.0.0.1</publicIp><ipOwnerId>amazon</ipOwnerId></association>
  <privateIpAddressesSet>
    <item><privateIpAddress>10.0.0.5</privateIpAddress><primary>true</primary>
      <association><publicIp>52.0.0.1</publicIp></association></item>
    <item><privateIpAddress>10.0.0.6</privateIpAddress><primary>false</primary>
      <association><publicIp>52.0.0.2</publicIp></association></item>
  </privateIpAddressesSet>
  <ipv6AddressesSet><item><ipv6Address>2600:1f18::5</ipv6Address></item>
    <item><ipv6Address>fd00:ec2::77</ipv6Address></item>
  </ipv6AddressesSet>
  <ipv4PrefixSet><item><ipv4Prefix>10.0.1.16/28</ipv4Prefix></item></ipv4PrefixSet>
</item><item>
  <privateIpAddress>10.0.9.9</privateIpAddress>
  <association><carrierIp>155.146.0.9</carrierIp>
    <customerOwnedIp>no address</customerOwnedIp></association>
  <privateIpAddressesSet><item><privateIpAddress>10.0.9.9</privateIpAddress>
    <association><carrierIp>155.146.0.9</carrierIp></association></item></privateIpAddressesSet>
  <ipv6AddressesSet/>
</item></networkInterfaceSet>"""


@contextmanager
def aws(account):
    """docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterface.html"""
    instances = [instance_xml(0, extra=EC2_INTERFACES), instance_xml(1)]
    with account.answered_by(lambda _asked: reply(instances_xml(instances))):
        yield (
            {"52.0.0.1", "52.0.0.2", "2600:1f18::5", "155.146.0.9"},
            {"10.0.0.5", "10.0.0.6", "10.0.9.9", "fd00:ec2::77", "10.0.1.16/28"},
        )


@contextmanager
def google(account):
    """cloud.google.com/compute/docs/reference/rest/v1/instances, networkInterfaces[]"""
    account.cloud.instances[0]["networkInterfaces"] = [
        {
            "networkIP": "10.128.0.5",
            "ipv6Address": "fd20:1:2:3::4",
            "accessConfigs": [{"natIP": "34.1.2.3", "type": "ONE_TO_ONE_NAT"}, {"name": "no IP"}],
            "ipv6AccessConfigs": [
                {"externalIpv6": "2600:1900:4000:1::1", "externalIpv6PrefixLength": 96}
            ],
            "aliasIpRanges": [{"ipCidrRange": "10.4.0.0/24"}, {"ipCidrRange": "10.5.0.7/32"}],
        },
        {"networkIP": "100.64.3.4", "accessConfigs": [{"natIP": "34.1.2.4"}]},
        {"ipv6Address": "2600:1900:8000::9"},  # of a subnet's internal range
    ]
    yield (
        {"34.1.2.3", "34.1.2.4", "2600:1900:4000:1::1"},
        {
            "10.128.0.5",
            "fd20:1:2:3::4",
            "10.4.0.0/24",
            "10.5.0.7",
            "100.64.3.4",
            "2600:1900:8000::9",
        },
    )


@contextmanager
def azure(account):
    """learn.microsoft.com/rest/api/virtualnetwork: NetworkInterfaceIPConfiguration"""
    cloud = account.cloud
    group = cloud.addresses[0]["id"].rpartition("/")[0]
    addresses = {"a": "20.0.0.1", "b": "2603:1030::1", "unassigned": None}
    cloud.addresses = [
        {"id": f"{group}/{name}", "properties": {"ipAddress": ip} if ip else {}}
        for name, ip in addresses.items()
    ]
    faces = cloud.machines[0]["properties"]["networkProfile"]["networkInterfaces"]
    interface = cloud.interfaces[0]
    faces[:] = [{"id": interface["id"].upper()}]
    private = ("10.0.0.4", "ace:cab:deca::4", "10.0.0.5")
    interface["properties"]["ipConfigurations"] = [
        {"properties": {"privateIPAddress": one, "publicIPAddress": {"id": address["id"].upper()}}}
        for one, address in zip(private, cloud.addresses, strict=True)
    ] + [{"properties": {"privateIPAddress": "10.0.0.6"}}]
    yield {"20.0.0.1", "2603:1030::1"}, {*private, "10.0.0.6"}


@contextmanager
def digitalocean(account):
    """docs.digitalocean.com/reference/api: networks of a droplet; a reserved address is public"""
    account.cloud.droplets[0]["networks"] = {
        "v4": [
            {"ip_address": "104.131.186.241", "type": "public"},
            {"ip_address": "143.244.0.7", "type": "public"},
            {"ip_address": "10.128.192.124", "type": "private"},
        ],
        "v6": [{"ip_address": "2604:a880:0:1010::18a:a001", "type": "public"}],
    }
    yield (
        {"104.131.186.241", "143.244.0.7", "2604:a880:0:1010::18a:a001"},
        {"10.128.192.124"},
    )


@contextmanager
def linode(account):
    """techdocs.akamai.com/linode-api/reference/get-linode-instance: ipv4, ipv6 (SLAAC)"""
    account.cloud.linodes[0].update(
        ipv4=["97.107.143.141", "192.168.133.234", "100.64.7.8", "no address"],
        ipv6="2600:3c03::f03c:91ff:fe24:3a2f/128",
    )
    yield (
        {"97.107.143.141", "2600:3c03::f03c:91ff:fe24:3a2f"},
        {"192.168.133.234", "100.64.7.8"},
    )


@contextmanager
def openstack(account):
    """docs.openstack.org/api-ref/compute: addresses of a server, accessIPv4, accessIPv6"""
    account.cloud.servers[0].update(
        addresses={
            "private": [
                {"version": 4, "addr": "10.1.1.2", "OS-EXT-IPS:type": "fixed"},
                {"version": 4, "addr": "172.24.4.9", "OS-EXT-IPS:type": "floating"},
                {"version": 6, "addr": "fd5b::2", "OS-EXT-IPS:type": "fixed"},
                {"version": 4, "addr": "no address", "OS-EXT-IPS:type": "fixed"},
            ],
            "public": [
                {"version": 4, "addr": "129.114.0.8", "OS-EXT-IPS:type": "fixed"},
                {"version": 6, "addr": "2607:f018::8", "OS-EXT-IPS:type": "fixed"},
                {"version": 4, "addr": "100.64.1.1", "OS-EXT-IPS:type": "fixed"},
            ],
        },
        accessIPv4="129.114.0.8",
        accessIPv6="2607:f018::9",
    )
    yield (
        {"172.24.4.9", "129.114.0.8", "2607:f018::8", "2607:f018::9"},
        {"10.1.1.2", "fd5b::2", "100.64.1.1"},
    )


@contextmanager
def libvirt(account):
    """libvirt.org/html/libvirt-libvirt-domain.html#virDomainInterfaceAddresses"""
    account.daemon.addresses = [
        ("192.168.122.5", "fe80::5054:ff:fe00:1"),
        ("192.168.122.5", "93.184.216.34", "2606:2800::1", "100.64.0.9", "no address"),
    ]
    yield (
        {"93.184.216.34", "2606:2800::1"},
        {"192.168.122.5", "fe80::5054:ff:fe00:1", "100.64.0.9"},
    )


@contextmanager
def simulator(account):
    """Each machine has one address of each sort, while it runs."""
    with account.connect() as cloud:
        machine = account.running(cloud)
    yield set(machine.public_ips), set(machine.private_ips)


GIVEN = {
    function.__name__: function
    for function in (aws, google, azure, digitalocean, linode, openstack, libvirt, simulator)
}
