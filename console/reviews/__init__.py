"""Pure: review protocols, and what follows from the verdicts of a round."""
