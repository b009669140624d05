"""Joining a partnership: requests, answers, pledges, leaving.

A request carries the role and the first pledge; accepting it makes a partner with that pledge accepted. Every verb
locks the partnership's row first, so that two answers, two requests or a departure never meet half-way.
"""
