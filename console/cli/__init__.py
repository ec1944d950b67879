"""The two programs, moziplus and blackboard: plain click functions that name an action and print its outcome."""
