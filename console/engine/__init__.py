"""The shell around the pure rooms: it looks at the world, lets them decide, performs, and writes down what came of it."""
