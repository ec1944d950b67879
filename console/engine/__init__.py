"""The shell around the pure rooms: looks at the world, lets them decide, performs, and notes what came of it."""
