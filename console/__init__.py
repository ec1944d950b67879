"""moziplus: an operator console for a team of AI agents. Holds the version and imports nothing."""

__version__ = "0.1.0"
