"""Notifications: who hears of an activity, in the list on the page and by mail.

Words: *notification* (one person hears of one activity), *reason* (why they hear of it), *preference* (now, daily,
weekly or never, per kind), *digest* (one mail for many notifications). Invariants: one notification per person and
activity; each goes into one mail at most; nobody is told of what they did themselves, or hears of their own as news
from around them; recipients are decided here and nowhere else.
"""
