"""Conversations: short statements that people agree with, disagree with or pass, and the opinion map made of
them.

Words: a *vote* is +1 (agree), -1 (disagree) or 0 (pass); a *participant* is whoever cast one; a participant
with enough votes is *placed*; placed participants form *groups* named A, B, C …, or there are no clear
groups. Invariants: the same votes give the same groups in any order and on any number of threads; hidden
statements and dropped participants count nowhere; a group never has fewer than 3 members.
"""
