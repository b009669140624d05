"""Complaints: the author's about what went against them, and the reporter's about what was left standing.

Invariants: one complaint per decision by the author, one per report by whoever sent it; another moderator answers, with
reasons; an answer that reverses puts things right in the same transaction.
"""
