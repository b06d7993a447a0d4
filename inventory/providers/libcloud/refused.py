"""The drivers of libcloud 3.9.1 that cannot be connected, and why, in sentences for users."""

REFUSED = {
    "abiquo": "Its constructor sends requests, and without encryption.",
    "azure": "The classic API was retired, and its key is a file. Use the kind azure.",
    "azure_arm": "Its constructor signs in. Use the kind azure.",
    "brightbox": (
        "Its sign-in cannot succeed in libcloud 3.9.1: it reads the answer from a method that "
        "returns nothing."
    ),
    "dummy": "It is no cloud: each call has machines of its own. Use the kind simulator.",
    "gce": "It keeps each project's token in a file that all accounts share, and opens a dialogue "
    "for a key that it cannot read. Use the kind google.",
    "gig_g8": "It signs in outside of libcloud's connection, where no address is checked.",
    "libvirt": "It uses the library of libvirt, which connects by itself. Use the kind libvirt.",
    "outscale": "It sends its requests outside of libcloud's connection, where no address is "
    "checked. outscale_inc and outscale_sas do not.",
    "vcl": "It ignores the host that it is given, and asks 127.0.0.1.",
    "vsphere": "It uses the library of VMware, which connects by itself.",
}
