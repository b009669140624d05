"""Partnerships: organisations and people who carry a solution together.

Words: *partnership*, *lead* (who answers for it), *partner* (an organisation or a person who takes part), *request*
(somebody asks to join), *pledge* (what a partner puts in: money, hours, place, data, equipment, expertise),
*update*, *outcome*. Invariants: a partnership has exactly one lead; a partner takes part once at a time; it becomes
active with two partners or more; an outcome text is needed to conclude it.
"""
