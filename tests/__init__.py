"""The tests of moziplus: promises in words, kept with real SQLite, files and processes."""
