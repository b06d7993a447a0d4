"""What openstack.sh runs on Debian's Python, and what it writes for each service."""
