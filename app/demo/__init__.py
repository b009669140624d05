"""The demo square: a believable East Jutland to look around in, and the same shapes by the thousand to measure with.

Words: *content* (the texts, in TOML files), *seed* (the number that makes the same square again). Invariants: no real
person or company; everything is dated from the day it is loaded; what is loaded keeps every rule and constraint of the
square; it is loaded once.
"""
