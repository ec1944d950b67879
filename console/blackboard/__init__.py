"""Storage: the only room that knows SQL. Everyone else speaks in its commands (`writes`), queries (`reads`) and cursors."""
