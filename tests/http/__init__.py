"""Tests of the service door: who comes in, what it says, the stream of events."""
