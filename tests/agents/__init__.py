"""Live tests of real agent programs; they skip where `.ci/agents` has not brought those."""
