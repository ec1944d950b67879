"""Tests of the console: what keys do (pilot), how screens look (snapshots)."""
