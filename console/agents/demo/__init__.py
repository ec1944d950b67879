"""The scripted team of the demo: plays its scenes through the real `blackboard` command. No model is involved."""
