"""Comparing retry policies in the recovery simulator: a table, a document and a drawing of the frontier."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from renewkit.cli.files import STDOUT, check_writable, read_text, write_whole
from renewkit.errors import ConfigurationError, InputError
from renewkit.testing.recovery import (
    CONTESTANTS,
    DEFAULT,
    RIVAL,
    SCENARIOS,
    TAGS,
    Constants,
    constants_from,
    frontier_svg,
    run,
    to_document,
)

if TYPE_CHECKING:
    from pathlib import Path

    from renewkit.cli.output import Printer
    from renewkit.testing.recovery import RecoveryResult

__all__ = ["simulate_retries"]

_SCENARIO_SEEDS = 4
_CHOSEN = (
    "The library's standard waits were chosen by comparing ladders in this same simulator, on other seeds: it shows "
    "where they lose, but it is no independent evidence that they win."
)


def simulate_retries(
    printer: Printer,
    *,
    seeds: int,
    games: int,
    constants: Path | None,
    json_out: Path | None,
    svg_out: Path | None,
) -> RecoveryResult:
    """Compare the policies over paired seeds in every scenario, print the table, and write what was asked for.

    Raises `ConfigurationError` for a file of constants that does not read.
    """
    check_writable(svg_out, None if json_out == STDOUT else json_out)
    world = Constants() if constants is None else _constants(constants)
    shorter = min(_SCENARIO_SEEDS, seeds)
    with printer.progress("worlds played", seeds + len(SCENARIOS) * shorter) as step:
        result = run(
            seeds, world, games=games, scenario_seeds=shorter, contestants=CONTESTANTS, scenarios=SCENARIOS, step=step
        )
    _show(printer, result)
    if svg_out is not None:
        write_whole(svg_out, frontier_svg(result))
        printer.line(f"written: {svg_out}")
    if json_out not in {None, STDOUT}:
        assert json_out is not None
        write_whole(json_out, to_document(result) + "\n")
        printer.line(f"written: {json_out}")
    printer.result(json.loads(to_document(result)))
    return result


def _constants(path: Path) -> Constants:
    try:
        return constants_from(read_text(path))
    except InputError as error:
        raise ConfigurationError(f"{error.expected} in {path}", error.got, error.remedy) from None


def _show(printer: Printer, result: RecoveryResult) -> None:
    printer.table(
        f"{result.seeds} seeds of {result.games} failed charges",
        ("policy", "recovered", "tries", "forbidden", "net USD", "days"),
        [
            (row.name, f"{row.recovered:.3f}", f"{row.retries:.2f}", row.forbidden, f"{row.net:.2f}", f"{row.days:.1f}")
            for row in result.rows
        ],
    )
    printer.table(
        "On the same charges, the first less the second",
        ("first", "second", "recovered", "spread", "net USD", "better net", "tries"),
        [
            (
                pair.first,
                pair.second,
                f"{pair.recovered:+.4f}",
                f"{pair.spread:.4f}",
                f"{pair.net:+.2f}",
                f"{pair.net_wins} of {pair.seeds}",
                f"{pair.attempts_ratio:.0%}",
            )
            for pair in result.pairs
        ],
    )
    printer.table(
        f"Where an assumption is wrong: {DEFAULT} less {RIVAL}",
        ("world", "", "recovered", "net USD", "by pay days"),
        [
            (
                scenario.name,
                "LOSES" if scenario in result.lost else "wins",
                f"{scenario.against_rival.recovered:+.4f}",
                f"{scenario.against_rival.net:+.2f}",
                f"{scenario.pays:+.4f}",
            )
            for scenario in result.scenarios
        ],
    )
    assumed = sum(tag == "assumed" for tag, _ in TAGS.values())
    printer.line(f"{assumed} of {len(TAGS)} constants are assumed, not measured: trust the ranking, not the levels.")
    printer.line(_CHOSEN)
