"""Owns what several doors show alike: read from every blackboard of a home, as the structs of `console.api`. Writes nothing."""
