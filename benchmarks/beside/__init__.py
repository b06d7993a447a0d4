"""What the gateway is measured beside: the same work, done otherwise."""
