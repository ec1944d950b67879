"""The pure scheduler: a snapshot in, actions out. Does no I/O, reads no clock, knows only records."""
