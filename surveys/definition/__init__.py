"""What an instrument is: its document, its checks, its expressions and what publication freezes."""

from surveys.definition.building import build
from surveys.definition.loading import load_definition
from surveys.definition.model import Definition
from surveys.definition.problems import Message, Problem

__all__ = ["Definition", "Message", "Problem", "build", "load_definition"]
