"""Pure: prompts assembled from parts with size caps, with a note of what was cut."""
