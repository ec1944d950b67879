"""Keeping house: copies of the blackboards and their way back, projects put away, what is old removed, alerts told."""
