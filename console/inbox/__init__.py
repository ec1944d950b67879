"""Reads the inbox: what any program appends to a file becomes messages, and each takes effect once in its project."""
