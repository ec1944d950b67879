"""Panes that take records and messages and post messages. They know nothing of storage, engine or gateway."""
