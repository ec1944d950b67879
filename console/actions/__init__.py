"""What can be done, by whom, and why not now: the one registry that keys, palette, help and CLI come from."""
