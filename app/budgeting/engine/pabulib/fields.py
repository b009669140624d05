"""The fields of the format, in their order (https://pabulib.org/format)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

REQUIRED_META = (
    *("description", "country", "unit", "instance", "num_projects", "num_votes", "budget", "vote_type", "rule"),
    *("date_begin", "date_end"),
)
META = frozenset(
    {
        *REQUIRED_META,
        *("district", "subunit", "edition", "language", "currency", "fully_funded", "experimental", "comment"),
        *("acknowledgments", "min_length", "max_length", "min_sum_cost", "max_sum_cost", "min_points", "max_points"),
        *("min_sum_points", "max_sum_points", "default_score", "scoring_fn", "min_project_cost", "max_project_cost"),
        *("min_project_score_threshold", "neighborhoods", "subdistricts", "categories", "leftover_budget"),
        *("budget_per_category", "budget_per_neighborhood", "min_length_per_category", "max_length_per_category"),
        *("min_sum_cost_per_category", "max_sum_cost_per_category"),
    }
)
PROJECTS = (
    *("project_id", "cost", "votes", "score", "name", "category", "beneficiaries", "selected", "neighborhood"),
    *("subunit", "district", "description", "proposer", "public_id", "latitude", "longitude"),
)
VOTES = (
    *("voter_id", "vote", "points", "age", "sex", "voting_method", "district", "neighborhood", "education"),
    *("topic_preference_transport", "topic_preference_culture", "topic_preference_nature", "district_preference"),
    *("time_taken_seconds", "format_easiness", "format_expressiveness", "format_rank"),
)
RULES = frozenset(
    {
        *("greedy", "greedy-no-skip", "greedy-threshold", "greedy-exclusive", "greedy-custom", "equalshares"),
        *("equalshares-comparison", "equalshares/add1", "equalshares/add1-comparison", "unknown"),
    }
)


def day(text: str) -> date | None:
    """A date as dd.mm.yyyy or a year; None if it is neither."""
    try:
        if len(text) == 4:
            return date(int(text), 1, 1)
        days, months, years = text.split(".")
        return date(int(years), int(months), int(days)) if (len(days), len(months), len(years)) == (2, 2, 4) else None
    except ValueError:
        return None


def one_of(*values: str) -> tuple[Callable[[str], bool], str]:
    """A check for a cell, and what it expects."""
    return lambda text: text in values, " or ".join(values)


CELLS: dict[str, tuple[Callable[[str], bool], str]] = {
    "date_begin": (lambda text: day(text) is not None, "a date such as 31.12.2026, or a year"),
    "date_end": (lambda text: day(text) is not None, "a date such as 31.12.2026, or a year"),
    "rule": (lambda text: text in RULES, f"one of {', '.join(sorted(RULES))}"),
    "fully_funded": one_of("1"),
    "experimental": one_of("1"),
    "comment": (lambda text: text.startswith("#1: "), "#1: and the comment"),
    "currency": (lambda text: len(text) == 3 and text.isupper(), "a currency code such as DKK"),
    "language": (lambda text: len(text) in {2, 3} and text.islower(), "a language code such as da"),
    "selected": one_of("0", "1", "2", "3"),
    "sex": one_of("M", "F", "O", ""),
    "voting_method": one_of("internet", "paper", ""),
}
