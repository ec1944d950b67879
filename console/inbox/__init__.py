"""Lines that anything on the machine may append: parsed, tailed by offset, applied once."""
