"""What `make run` does: everything needed on one machine, started, watched and ended together."""
