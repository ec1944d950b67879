"""What leaves the house as JSON: a struct a noun, each field with its sentence. Made of records here; no rule, no reading.

Loaded only where one is made or described, for msgspec takes its time; the agents' `blackboard` never does.
"""
