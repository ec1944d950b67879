"""The pure room of plans: what a plan may say, whether a project can do it, and the order of its tasks."""
