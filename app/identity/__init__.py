"""People: accounts, sign-in, sessions, roles.

Words: *person* (somebody with an account), *sign-in* (one browser, until it is ended), *role* (moderator or
administrator of a municipality, or platform administrator), *offer* (a role offered by mail, which begins when it is
accepted). Invariants: one account per e-mail address; nothing tells whether an address is known; roles are rows that
are given and ended, offers rows that are made and settled, and both together are the audit trail.
"""
