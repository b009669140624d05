"""Proposals: ideas that answer a challenge or stand alone, and the supports they gather.

Words: *proposal* (idé), *support* (one person's yes), *backing* (one organisation's declared support, counted
apart), *answer* (the owner's reasoned reply), *merge* (two proposals become one, each supporter kept once).
Invariants: one current support per person and proposal, by a unique index; `support_count` changes by one in the
transaction of the support; only published proposals gather support.
"""
