"""The views and pages of the console, one screen a file, each with its style sheet in styles/."""
