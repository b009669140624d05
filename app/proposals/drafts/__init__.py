"""Drafts: how an idea is written: saved by itself, compared with ideas like it, sent for review, changed later.

Invariants: a form that is sent twice makes one idea, by its key; what was published once is kept as versions.
"""
