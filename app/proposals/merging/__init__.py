"""Merging: two ideas that say the same become one.

Invariants: each supporter is kept once and the counts equal the rows; the text and the comments of the merged idea stay
readable; its address leads to the one that remains.
"""
