"""Owns transcripts as files: the line of an entry, the file that grows, its older parts, and how they are read."""
