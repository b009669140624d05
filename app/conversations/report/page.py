"""The report as one page of HTML: everything inside it, nothing fetched, no script needed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.conversations.engine.analysis import Analysis
from app.conversations.engine.privacy import K
from app.conversations.polis_export.reading import Export
from app.conversations.report.beeswarm import LYING, UPRIGHT, draw_swarm
from app.conversations.report.contents import Contents
from app.conversations.report.language import Language
from app.conversations.report.map_drawing import Drawing, draw_map

ROOT = Path(__file__).resolve().parents[3]
NEAR = 0.2


def page(analysis: Analysis, export: Export, language_code: str) -> str:
    """The whole page in Danish (da) or English (en)."""
    language = Language(language_code)
    contents = Contents(analysis, export, language)
    drawing = draw_map(analysis.map)
    swarms = {"lying": draw_swarm(analysis, LYING), "upright": draw_swarm(analysis, UPRIGHT)}
    template = _environment().get_template("conversations/report/page.html")
    return template.render(
        t=language.say,
        language=language,
        found=analysis.map,
        analysis=analysis,
        contents=contents,
        topic=export.summary.get("topic") or language.say("no_topic"),
        lead=_lead(analysis, export, language),
        drawing=drawing,
        map_caption=_map_caption(contents),
        map_description=_map_description(contents, drawing),
        group_rows=_group_rows(analysis, language),
        swarms=swarms,
        swarm_caption=_swarm_caption(contents),
        swarm_description=_swarm_description(contents),
        table=_table(contents),
        method=_method(analysis, language),
        tokens=_tokens(),
        mark=_inline(ROOT / "static" / "img" / "mark.svg"),
    )


def _environment() -> Environment:
    loader = FileSystemLoader(ROOT / "templates")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)


def _tokens() -> Markup:
    """The square's colours and measures, without those that name a picture: the page fetches nothing."""
    lines = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8").splitlines()
    return Markup("\n".join(line for line in lines if "url(" not in line))  # noqa: S704 - our own style sheet


def _inline(path: Path) -> Markup:
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - our own drawing


def _lead(analysis: Analysis, export: Export, language: Language) -> str:
    found = analysis.map
    if not found.visible.size:
        return language.say("empty")
    return language.say(
        "lead",
        people=language.people(len(found.visible.participants)),
        statements=language.statements(len(found.visible.statements)),
        votes=language.number(found.visible.size),
        period=_period(export, language),
    )


def _period(export: Export, language: Language) -> str:
    moments = export.votes.moments
    if moments is None or not len(moments):
        return ""
    try:
        ends = (datetime.fromtimestamp(int(end) / 1000, UTC).date() for end in (moments.min(), moments.max()))
        first, last = (language.date(day) for day in ends)
    except (ValueError, OverflowError, OSError):
        return ""
    return language.say("period_day", first=first) if first == last else language.say("period", first=first, last=last)


def _map_caption(contents: Contents) -> str:
    language = contents.language
    if not contents.analysis.map.groups:
        return language.say("map_caption_none")
    return language.say("map_caption", groups=contents.group_list())


def _map_description(contents: Contents, drawing: Drawing) -> str:
    language = contents.language
    groups = [
        language.say(
            "map_desc_group",
            name=one.name,
            shape=language.say(one.shape),
            place=language.say(f"place_{one.place}"),
        )
        for one in drawing.outlines
    ]
    return language.say("map_desc", people=language.people(len(drawing.marks)), groups=" ".join(groups))


def _group_rows(analysis: Analysis, language: Language) -> list[tuple[str, str, str, str]]:
    """Name, people, share and uncertainty of each group, and of those in none."""
    found = analysis.map
    people = len(found.visible.participants)
    rows = []
    for group, (name, size) in enumerate(zip(found.letters, found.sizes.tolist(), strict=True)):
        sure = "–"
        if analysis.sizes is not None:
            low, high = (round(float(end[group])) for end in (analysis.sizes.low, analysis.sizes.high))
            sure = language.say("between", low=language.number(low), high=language.number(high))
        rows.append((name, language.number(size), language.percent(size, people), sure))
    outside = people - int(found.sizes.sum())
    if outside and found.groups:
        share = language.percent(outside, people)
        rows.append((language.say("not_placed"), language.number(outside), share, "–"))
    return rows


def _swarm_caption(contents: Contents) -> str:
    analysis, language = contents.analysis, contents.language
    near = int((analysis.divisiveness < NEAR).sum())
    key = "swarm_caption" if analysis.map.groups else "swarm_caption_none"
    counted = {"near": language.number(near), "all": language.number(len(analysis.divisiveness))}
    return language.say(key, **counted)


def _swarm_description(contents: Contents) -> str:
    analysis, language = contents.analysis, contents.language
    if not len(analysis.divisiveness):
        return language.say("none")
    order = analysis.divisiveness.argsort(kind="stable")
    left, right = (language.quoted(contents.text(int(column))) for column in (order[-1], order[0]))
    return language.say("swarm_desc", left=left, right=right)


def _table(contents: Contents) -> list[list[str]]:
    """Every statement: number, text, answers, shares, share agreeing in each group, distance."""
    analysis, language = contents.analysis, contents.language
    everyone, groups = analysis.everyone, analysis.by_group
    rows = []
    for column in (-analysis.divisiveness).argsort(kind="stable").tolist():
        votes = int(everyone.votes[column])
        inside = [
            (int(groups.agrees[group, column]), int(groups.votes[group, column]))
            for group in range(analysis.map.groups)
        ]
        shares = [
            language.percent(int(part[column]), votes)
            for part in (everyone.agrees, everyone.disagrees, everyone.passes)
        ]
        rows.append(
            [
                str(int(analysis.map.visible.statements[column])),
                contents.text(column),
                language.number(votes),
                *(shares if votes >= K else ["–"] * 3),
                *(language.percent(agrees, cast) if cast >= K else "–" for agrees, cast in inside),
                language.number(100 * float(analysis.divisiveness[column])),
            ]
        )
    return rows


def _method(analysis: Analysis, language: Language) -> list[str]:
    found = analysis.map
    across, up = (language.percent(float(share), 1) for share in found.components.explained)
    hidden = len(found.counted.statements) - len(found.visible.statements)
    people = language.people(len(found.visible.participants))
    who = {"hidden": hidden, "placed": language.number(int(found.placed.sum())), "people": people}
    told = [language.say("method_who", **who), language.say("method_map", across=across, up=up)]
    if found.chosen is not None:
        clear = {"silhouette": found.chosen.silhouette, "needed": found.chosen.needed}
        told.append(language.say("method_groups", **{name: language.number(value, 2) for name, value in clear.items()}))
    else:
        told.append(language.say("method_given" if found.groups else "method_no_groups"))
    told += [language.say("method_small")] if found.groups else []
    return [*told, language.say("method_warning"), language.say("method_again", seed=analysis.options.seed)]
