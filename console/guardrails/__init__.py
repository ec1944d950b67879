"""Pure: the rules on prompts, commands, paths, cost and outputs, and what they decide."""
