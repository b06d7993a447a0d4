"""A DescribeInstances reply as large as Amazon's: every element that an ordinary instance has.

After the example and the data types of "DescribeInstances" in the Amazon EC2 API reference,
version 2016-11-15; about 4 KB an instance.
"""

from string import Template

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"

_INSTANCE = Template("""
<item>
  <reservationId>r-$hex</reservationId>
  <ownerId>123456789012</ownerId>
  <groupSet/>
  <instancesSet>
    <item>
      <instanceId>i-$hex</instanceId>
      <imageId>ami-0bff25b43a4479334</imageId>
      <instanceState><code>16</code><name>running</name></instanceState>
      <privateDnsName>ip-10-0-$high-$low.ec2.internal</privateDnsName>
      <dnsName>ec2-54-194-$high-$low.compute-1.amazonaws.com</dnsName>
      <reason/>
      <keyName>operations</keyName>
      <amiLaunchIndex>0</amiLaunchIndex>
      <productCodes/>
      <instanceType>$size</instanceType>
      <launchTime>2025-06-01T08:30:15.000Z</launchTime>
      <placement>
        <availabilityZone>us-east-1b</availabilityZone>
        <groupName/>
        <tenancy>default</tenancy>
      </placement>
      <monitoring><state>disabled</state></monitoring>
      <subnetId>subnet-056d9caff8e2d7a24</subnetId>
      <vpcId>vpc-03914afb3ed6c7632</vpcId>
      <privateIpAddress>10.0.$high.$low</privateIpAddress>
      <ipAddress>54.194.$high.$low</ipAddress>
      <sourceDestCheck>true</sourceDestCheck>
      <groupSet>
        <item><groupId>sg-e4076980</groupId><groupName>web</groupName></item>
      </groupSet>
      <architecture>x86_64</architecture>
      <rootDeviceType>ebs</rootDeviceType>
      <rootDeviceName>/dev/xvda</rootDeviceName>
      <blockDeviceMapping>
        <item>
          <deviceName>/dev/xvda</deviceName>
          <ebs>
            <volumeId>vol-$hex</volumeId>
            <status>attached</status>
            <attachTime>2025-06-01T08:30:16.000Z</attachTime>
            <deleteOnTermination>true</deleteOnTermination>
          </ebs>
        </item>
      </blockDeviceMapping>
      <virtualizationType>hvm</virtualizationType>
      <clientToken>xMcwG14507example</clientToken>
      <tagSet>
        <item><key>Name</key><value>web-$number</value></item>
        <item><key>environment</key><value>production</value></item>
        <item><key>team</key><value>payments</value></item>
      </tagSet>
      <hypervisor>xen</hypervisor>
      <networkInterfaceSet>
        <item>
          <networkInterfaceId>eni-$hex</networkInterfaceId>
          <subnetId>subnet-056d9caff8e2d7a24</subnetId>
          <vpcId>vpc-03914afb3ed6c7632</vpcId>
          <description>Primary network interface</description>
          <ownerId>123456789012</ownerId>
          <status>in-use</status>
          <macAddress>02:dd:2c:5e:01:69</macAddress>
          <privateIpAddress>10.0.$high.$low</privateIpAddress>
          <privateDnsName>ip-10-0-$high-$low.ec2.internal</privateDnsName>
          <sourceDestCheck>true</sourceDestCheck>
          <groupSet>
            <item><groupId>sg-e4076980</groupId><groupName>web</groupName></item>
          </groupSet>
          <attachment>
            <attachmentId>eni-attach-$hex</attachmentId>
            <deviceIndex>0</deviceIndex>
            <status>attached</status>
            <attachTime>2025-06-01T08:30:15.000Z</attachTime>
            <deleteOnTermination>true</deleteOnTermination>
            <networkCardIndex>0</networkCardIndex>
          </attachment>
          <association>
            <publicIp>54.194.$high.$low</publicIp>
            <publicDnsName>ec2-54-194-$high-$low.compute-1.amazonaws.com</publicDnsName>
            <ipOwnerId>amazon</ipOwnerId>
          </association>
          <privateIpAddressesSet>
            <item>
              <privateIpAddress>10.0.$high.$low</privateIpAddress>
              <privateDnsName>ip-10-0-$high-$low.ec2.internal</privateDnsName>
              <primary>true</primary>
              <association>
                <publicIp>54.194.$high.$low</publicIp>
                <publicDnsName>ec2-54-194-$high-$low.compute-1.amazonaws.com</publicDnsName>
                <ipOwnerId>amazon</ipOwnerId>
              </association>
            </item>
          </privateIpAddressesSet>
          <ipv6AddressesSet/>
          <interfaceType>interface</interfaceType>
          <operator><managed>false</managed></operator>
        </item>
      </networkInterfaceSet>
      <iamInstanceProfile>
        <arn>arn:aws:iam::123456789012:instance-profile/web</arn>
        <id>AIPAI54RLREZGHEXAMPLE</id>
      </iamInstanceProfile>
      <ebsOptimized>false</ebsOptimized>
      <enaSupport>true</enaSupport>
      <cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
      <capacityReservationSpecification>
        <capacityReservationPreference>open</capacityReservationPreference>
      </capacityReservationSpecification>
      <hibernationOptions><configured>false</configured></hibernationOptions>
      <enclaveOptions><enabled>false</enabled></enclaveOptions>
      <metadataOptions>
        <state>applied</state>
        <httpTokens>required</httpTokens>
        <httpPutResponseHopLimit>2</httpPutResponseHopLimit>
        <httpEndpoint>enabled</httpEndpoint>
        <httpProtocolIpv6>disabled</httpProtocolIpv6>
        <instanceMetadataTags>disabled</instanceMetadataTags>
      </metadataOptions>
      <maintenanceOptions><autoRecovery>default</autoRecovery></maintenanceOptions>
      <currentInstanceBootMode>legacy-bios</currentInstanceBootMode>
      <platformDetails>Linux/UNIX</platformDetails>
      <usageOperation>RunInstances</usageOperation>
      <usageOperationUpdateTime>2025-06-01T08:30:15.000Z</usageOperationUpdateTime>
      <privateDnsNameOptions>
        <hostnameType>ip-name</hostnameType>
        <enableResourceNameDnsARecord>true</enableResourceNameDnsARecord>
        <enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord>
      </privateDnsNameOptions>
    </item>
  </instancesSet>
</item>""")

SIZES = ("t3.micro", "t3.medium", "m5.large", "c5.xlarge", "r5.large")


def described_instances(count: int) -> bytes:
    """The reply to DescribeInstances: ``count`` running instances on one page."""
    instances = "".join(
        _INSTANCE.substitute(
            number=number,
            hex=f"{number:017x}",
            high=number // 250,
            low=number % 250 + 1,
            size=SIZES[number % len(SIZES)],
        )
        for number in range(count)
    )
    return _reply("DescribeInstances", f"<reservationSet>{instances}</reservationSet>")


def described_images() -> bytes:
    """The reply to DescribeImages: the image of all instances."""
    image = "<item><imageId>ami-0bff25b43a4479334</imageId><name>al2023-ami-x86_64</name></item>"
    return _reply("DescribeImages", f"<imagesSet>{image}</imagesSet>")


def no_addresses() -> bytes:
    """The reply to DescribeAddresses of an account without Elastic IPs."""
    return _reply("DescribeAddresses", "<addressesSet/>")


def _reply(action: str, inner: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{action}Response xmlns="{NAMESPACE}">'
        f"<requestId>8f7724cf-496f-496e-8fe3-example</requestId>{inner}</{action}Response>"
    ).encode()
