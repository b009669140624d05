"""Moderation: one queue for all that waits, decisions with reasons, reports, appeals.

Words: *case* (the review of one thing, for as long as it lives), *decision* (what a moderator decided, with a
statement of reasons in the sense of article 17 of the Digital Services Act), *report* (a notice, article 16),
*appeal* (a complaint, article 20), *subject* (the thing itself, reached through the port its feature registers).
Invariants: decisions are never changed or deleted, the database refuses; a decision is made on the version of the
case that the moderator saw; an appeal is decided by another moderator.
"""
