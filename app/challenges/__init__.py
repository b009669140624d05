"""Challenges: the problem to solve, its phases, its owner's promise to participants.

Words: *challenge*, *owner* (a person, an organisation or a municipality), *promise* (the influence contract shown
above every form), *phase* (a dated stretch that opens one tool), *theme* (a UN sustainable development goal, 1–17).
Invariants: a challenge has exactly one owner and at least one municipality; without a promise it cannot be sent to
review; a phase ends on or after the day it starts; every edit after publication leaves a version.
"""
