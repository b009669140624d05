"""People: accounts, sign-in, sessions, roles.

Words: *person* (somebody with an account), *sign-in* (one browser, until it is ended), *role* (moderator or
administrator of a municipality, or platform administrator). Invariants: one account per e-mail address; nothing
tells whether an address is known; roles are rows that are given and ended, never changed, and so are their own
audit trail.
"""
