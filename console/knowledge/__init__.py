"""Skills and experiences: what the team has learnt, and how it finds it again."""
