"""What can be asked of moziplus: one request, one function each, whoever asks. Keys, both CLIs and the inbox only call it."""
