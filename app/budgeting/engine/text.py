"""A tally as text for people: what won, why it ended there, how it serves the voters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from app.budgeting.engine.document import Json

STAGES = {
    "free": "free",
    "fully_funded": "budget pays for all",
    "rule": "",
    "completion": "completed",
    "comparison": "voters prefer greedy",
}
ENDS = {
    "budget": "the next step would cost {over}, more than the budget",
    "exhaustive": "no further project fits",
    "everything": "every project with a supporter has won",
}
WIDEST_NAME = 48


def text_of(document: Json) -> str:
    """The whole report."""
    parts = [_head(document), _winners(document), _how(document), _ties(document), _figures(document)]
    parts += [_rules(document), _losers(document), _run(document)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Columns as wide as their widest cell; those in `right` aligned to the right."""
    body = [list(header), *(list(row) for row in rows)]
    widths = [max(_width(row[c]) for row in body) for c in range(len(header))]
    lines = ["  ".join(_pad(cell, widths[c], c in right) for c, cell in enumerate(row)).rstrip() for row in body]
    return "\n".join([lines[0], "-" * min(sum(widths) + 2 * len(widths) - 2, 110), *lines[1:]])


def amount(text: str | float) -> str:
    """1234567.5 → 1 234 567.50 with thin groups, two decimals only where there are any."""
    whole, _, tail = (f"{text:.2f}" if isinstance(text, float) else text).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    tail = tail.rstrip("0").ljust(2, "0") if tail.strip("0") else ""
    return f"{sign}{int(digits):,}".replace(",", " ") + (f".{tail}" if tail else "")


def _head(document: Json) -> str:
    election, options = document["election"], document["options"]
    budget = f"{amount(election['budget'])} {election['currency']}".strip()
    chosen = [options["rule"]]
    if options["rule"] == "equal-shares":
        chosen += [f"{options['utility']} utility", f"completion {options['completion']}"]
        chosen += [f"comparison {options['comparison']}"] if options["comparison"] != "none" else []
        if options["completion"].startswith("add1"):
            chosen += [f"start {options['start']}", f"stop {options['stop']}"]
    chosen += [f"ties {options['ties']}" + (f" with seed “{options['seed']}”" if options["seed"] else "")]
    return (
        f"{shown(election['title'], 100)}\n{election['voters']} voters, {election['projects']} projects, "
        f"budget {budget}, {election['vote_type']} ballots\nCounted by {', '.join(chosen)}"
    )


def _winners(document: Json) -> str:
    result, rounds = document["result"], {}
    if document["equal_shares"]:
        rounds = {r["project"]: r for r in document["equal_shares"]["rounds"]}
    rows = []
    for place, win in enumerate(result["winners"], 1):
        paid = rounds.get(win["id"]) if win["stage"] == "rule" else None
        price = amount(paid["price"]["value"]) if paid else ""
        name = shown(win["name"], WIDEST_NAME)
        score = amount(win["score"])
        cells = (str(place), shown(win["id"], 20), name, amount(win["cost"]), score, price, STAGES[win["stage"]])
        rows.append(cells)
    header = ("#", "id", "project", "cost", "votes" if _approval(document) else "points", "price" if rounds else "", "")
    total = f"{len(rows)} winners, {amount(result['total_cost'])} spent, {amount(result['left_over'])} left over"
    more = "no further project fits" if result["exhaustive"] else "further projects would fit"
    return f"{table(header, rows, right=(0, 3, 4, 5))}\n{total}; {more}"


def _approval(document: Json) -> bool:
    return document["election"]["vote_type"] in {"approval", "choose-1"}


def _how(document: Json) -> str:
    shares, compared, lines = document["equal_shares"], document["comparison"], []
    if shares:
        lines.append(f"Each voter's endowment: {amount(shares['endowment']['value'])}; {len(shares['rounds'])} rounds")
        if added := shares["add1"]:
            end = ENDS[added["end"]].format(over=amount(added["over_budget"] or "0"))
            lines.append(
                f"add1: {added['steps']} steps of {amount(added['step']['value'])} from "
                f"{amount(added['start']['value'])} ({added['counts']} counts, the steps between shown to be equal); "
                + end
            )
    if compared:
        kept = "Equal Shares stands" if compared["kept"] else "the greedy outcome is taken"
        lines.append(
            f"Comparison: {compared['prefer_equal_shares']} voters prefer Equal Shares, {compared['prefer_greedy']} "
            f"prefer greedy: {kept}"
        )
    return "\n".join(lines)


def _ties(document: Json) -> str:
    lines = [
        f"Tie in round {tie['round']}: {', '.join(tie['equal'])}; first by the stated order: {tie['first']}"
        + (f"; not funded: {', '.join(tie['lost'])}" if tie["lost"] else "")
        for tie in document["ties"]
    ]
    return "\n".join(lines) or "No ties"


def _figures(document: Json) -> str:
    figures, fairness = document["statistics"], document["fairness"]
    at_least = ", ".join(f"{k}: {share:.1%}" for k, share in enumerate(figures["at_least"], 1))
    per_voter = f"{amount(figures['cost_satisfaction'])} (median {amount(figures['median_cost_satisfaction'])})"
    median = amount(figures["median_selection_cost"])
    lines = [
        f"Voters with at least … winners: {at_least or 'none'}; with none: {figures['exclusion_ratio']:.1%}",
        f"Winners supported per voter: {figures['supported_winners']:.2f}; their cost per voter: {per_voter}",
        f"Median cost of a winner: {median}; budget used: {figures['budget_used']:.1%}",
        f"{fairness['property']}: "
        + ("holds" if fairness["holds"] else f"fails for {', '.join(v['project'] for v in fairness['violations'])}"),
    ]
    if figures["districts"]:
        rows = [
            (shown(d["name"], 30) or "–", str(d["voters"]), f"{d['without_winner'] / d['voters']:.1%}",
             f"{d['supported_winners']:.2f}", str(d["projects_won"]), amount(d["spent"]))
            for d in figures["districts"]
        ]  # fmt: skip
        header = ("district", "voters", "no winner", "winners each", "projects won", "spent")
        lines.append("\n" + table(header, rows, right=(1, 2, 3, 4, 5)))
    return "\n".join(lines)


def _rules(document: Json) -> str:
    if not document.get("compared"):
        return ""
    rows = [
        (
            other["rule"],
            str(len(other["result"]["winners"])),
            amount(other["result"]["total_cost"]),
            f"{other['statistics']['exclusion_ratio']:.1%}",
            f"{other['statistics']['supported_winners']:.2f}",
            shown(" ".join(f"+{name}" for name in other["only_here"]), 40),
            shown(" ".join(f"-{name}" for name in other["missing_here"]), 40),
        )
        for other in document["compared"]
    ]
    header = ("other rule", "winners", "cost", "no winner", "each", "also wins", "does not win")
    return table(header, rows, right=(1, 2, 3, 4))


def _losers(document: Json) -> str:
    losers = (document.get("explanations") or {}).get("losers", [])
    lines = []
    for lost in losers:
        name = f"{shown(lost['id'], 20)} {shown(lost['name'], WIDEST_NAME)}, cost {amount(lost['cost'])}"
        lines.append(f"{name}: {lost['supporters']} supporters; {_why(lost)}")
    return "Not funded\n" + "\n".join(lines) if lines else ""


def _why(lost: Json) -> str:
    if "fell_out_before_round" in lost:
        return (
            f"could not be paid from round {lost['fell_out_before_round']} on; they had {amount(lost['money_left'])} "
            f"left at the end, {amount(lost['money_missing'])} too little "
            f"({lost['more_supporters_needed']} more supporters)"
        )
    if "money_left" in lost:
        return (
            f"they had {amount(lost['money_left'])} at the last purchase, {amount(lost['money_missing'])} too little"
            if lost["money_missing"] > 0
            else "next to be bought, but over the budget"
        )
    needed = lost["score_needed"]
    hope = f"{amount(needed)} would have won it" if needed else "costs more than the budget"
    return f"score {amount(lost['score'])}; {amount(lost['left_at_turn'])} left at its turn; {hope}"


def _run(document: Json) -> str:
    run = document.get("run")
    return f"Read in {run['read_seconds']:.2f} s, counted in {run['count_seconds']:.2f} s" if run else ""


def shown(text: str, width: int) -> str:
    """Text from a file on a terminal: printable, and no longer than this."""
    clean = "".join(c if c.isprintable() else " " for c in text[: width + 1])
    return clean if len(clean) <= width else clean[: width - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
