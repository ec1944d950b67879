"""Tests of the real program in a real terminal: tmux, signals, a terminal that goes away."""
