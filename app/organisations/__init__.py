"""Organisations: companies, knowledge institutions, associations and public bodies; their members; their verification.

Words: *helix* (the four kinds of organisation), *owner*, *admin*, *member*, *invitation*, *verified*. Invariants:
an organisation always has at least one owner; a CVR number belongs to one organisation; a person has one membership
per organisation at a time.
"""
