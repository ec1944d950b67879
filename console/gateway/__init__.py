"""The OpenClaw Gateway as we speak with it: frames, one connection, probes, and our names for its outcomes."""
