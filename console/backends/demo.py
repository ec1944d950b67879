"""Owns the traits of the demo's scripted team: processes of this machine, in which no model is involved."""

from __future__ import annotations

from console.backends.command import ENV, USAGE
from console.backends.traits import Traits

TRAITS = Traits(
    name="demo",
    checked_by="console.agents.checking:of_demo",
    own_process=True,
    module="console.agents.demo.play",
    form="moziplus",
    resumes=True,
    options=(USAGE, ENV),
)
