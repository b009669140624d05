"""Participatory budgets: a sum, projects with a cost, ballots, a counting rule, a result anyone can recount.

Words: an *election* is a budget vote as it was held; a *ballot* names, ranks or gives points to *projects*; the *tally*
turns ballots into *winners* by a *rule* and its *options*; the *endowment* is the share of the budget each voter holds
in an Equal Shares count. Invariants: money is whole numbers of the smallest unit, every decision of a count is exact,
the same file and options give the same result everywhere, and every tie that decided something is told.
"""
