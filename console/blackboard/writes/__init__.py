"""The commands of the blackboard: every write is one function here, one transaction, with who, whence and when.

They raise NotFound, Conflict (StaleFence where a claim has ended) and UsageError, and write nothing then.
"""
