"""The agents' commands, one file each: `arguments` says what it takes, `run` does it. Imported only when called."""
