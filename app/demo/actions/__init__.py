"""Verbs of the demo square: load the small one that people look at, or the large one that benchmarks measure."""

from app.demo.actions.scale import load_scale
from app.demo.actions.square import SIGN_INS, is_loaded
from app.demo.actions.story import load

__all__ = ["SIGN_INS", "is_loaded", "load", "load_scale"]
