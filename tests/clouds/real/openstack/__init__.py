"""Programs of openstack.sh for Debian's Python, and the files that it writes for each service."""
