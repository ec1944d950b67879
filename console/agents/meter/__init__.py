"""A small proxy on this machine that counts what an agent uses, for programs that tell it only at their end."""
