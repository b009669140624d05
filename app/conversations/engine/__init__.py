"""The opinion map as pure functions over arrays: no web, no database, usable from a notebook.

Written from the published description of Polis' method (compdemocracy.org; Small et al., "Polis: Scaling
deliberation by mapping high dimensional opinion spaces", 2021), with the departures that
`docs/conversations.md` lists and measures. Throughout: n participants (rows), m statements (columns), G
groups; votes are +1, 0, -1; shapes stand in docstrings.
"""
