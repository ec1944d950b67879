"""Starting, watching and stopping agents for certain: local processes, gateway sessions, the scripted team."""
