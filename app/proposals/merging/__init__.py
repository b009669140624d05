"""Merging: two ideas that say the same become one.

Invariants: each supporter is kept once and the counts equal the rows; the text and the comments of the merged idea stay
readable; its address leads to the one that remains. Merging is a decision of moderation, with reasons, made on the
version of the case that was seen; a complaint that is found right takes the two apart again, and each support, backing
and follow is where it was chosen.
"""
