"""The queries of the blackboard: each is one function that reads a page and ends its statement at once; none writes."""
