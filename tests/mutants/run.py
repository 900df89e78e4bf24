"""Change the library on purpose and see whether its tests notice: `python tests/mutants/run.py [NOUN …]`.

Each noun of `values/` and of the billing policies is a module here, be it a file or a package. A seeded sample of its
mutants is tried, each in a process of its own that runs the tests of that noun alone: unit tests, laws and examples.
Survivors are listed; the ones that no test can kill, or need not, stand in survivors.toml with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from mutants.mutate import Mutant, mutants, sample  # noqa: E402  tests/ is on the path only from here on
from mutants.trial import Fate, Trial, trials  # noqa: E402  as above

__all__ = ["Score", "files_of", "judges_of", "main", "nouns"]

FLOORS = {"values": None, "policies": ("cycle", "discount", "pricing", "proration")}
NO_BEHAVIOUR = {"__init__"}
GOAL = 0.9
# A noun whose behaviour is stated by the tests of another one, too.
ALSO = {
    "values/currency": ("money",),
    "values/data": ("decline",),
    "values/line": ("pricing",),
    "values/months": ("calendar", "cycle"),
    "values/number": ("money",),
}
# Loaded once and inherited by every process; never renewkit itself, for each loads its own changed copy.
WARM = ("attrs", "babel.numbers", "cattrs", "holidays", "hypothesis.strategies", "moneyed", "pendulum", "pytest")


@dataclass
class Score:
    """How the mutants of one noun fared; `known` survivors have a reason, `open` ones need a test or a reason.

    `late` are those of the killed that ran out of time.
    """

    noun: str
    tried: int = 0
    of: int = 0
    killed: int = 0
    late: int = 0
    known: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of tried mutants that a test noticed."""
        return self.killed / self.tried if self.tried else 1.0


def nouns() -> Iterator[str]:
    """Name every noun: the floor and the file or package below it."""
    for floor, chosen in FLOORS.items():
        names = sorted({path.stem for path in (ROOT / "src/renewkit" / floor).iterdir()} - NO_BEHAVIOUR)
        yield from (
            f"{floor}/{name}" for name in names if (chosen is None or name in chosen) and files_of(f"{floor}/{name}")
        )


def files_of(noun: str) -> list[Path]:
    """Return the source files of a noun, without those that only gather names."""
    place = ROOT / "src/renewkit" / noun
    files = [place.with_suffix(".py"), *sorted(place.rglob("*.py"))]
    return [path for path in files if path.is_file() and path.stem not in NO_BEHAVIOUR]


def judges_of(noun: str) -> list[str]:
    """Return what pytest is to run for a noun: the quickest first."""
    floor, _, name = noun.partition("/")
    words = (name, *ALSO.get(noun, ()))
    found = [*sorted((ROOT / "tests/unit" / floor).glob(f"test_{name}*.py"))]
    found += [ROOT / "tests/properties" / f"test_{word}.py" for word in words]
    found += [path for word in words[1:] for path in sorted((ROOT / "tests/unit").glob(f"*/test_{word}.py"))]
    modules = [".".join(path.relative_to(ROOT / "src").with_suffix("").parts) for path in files_of(noun)]
    examples = [f"tests/docs/test_examples.py::test_docstrings[{module}]" for module in modules]
    examples += [f"tests/unit/test_signatures.py::test_positional_fields_stay[{module}]" for module in modules]
    page = f"docs/reference/{name}.md"
    pages = [f"tests/docs/test_examples.py::test_page[{page}]"] if (ROOT / page).is_file() else []
    return [*(path.relative_to(ROOT).as_posix() for path in found if path.is_file()), *examples, *pages]


def score(noun: str, options: argparse.Namespace, reasons: dict[str, str], say: Callable[[str], object]) -> Score:
    """Try a sample of the mutants of one noun."""
    found = [(path, mutant) for path in files_of(noun) for mutant in mutants(path.read_text("utf-8"))]
    chosen = sample(found, options.sample, f"{options.seed} {noun}")
    result = Score(noun, of=len(found))
    for trial, fate in trials(_queue(chosen), judges_of(noun), jobs=options.jobs, timeout=options.timeout):
        result.tried += 1
        if fate is not Fate.SURVIVED:
            result.killed += 1
            result.late += fate is Fate.LATE
        else:
            (result.known if trial.key in reasons else result.open).append(trial.key)
        say(f"\r{noun}: {result.killed} of {result.tried} killed, {len(chosen)} to try ")
    return result


def _queue(chosen: Iterable[tuple[Path, Mutant]]) -> Iterator[Trial]:
    for path, mutant in chosen:
        place = path.relative_to(ROOT / "src/renewkit").as_posix()
        yield Trial(f"{place}: {mutant.key}", path, mutant.source)


def _reasons() -> dict[str, str]:
    table = tomllib.loads((HERE / "survivors.toml").read_text("utf-8"))
    return {key: group["reason"] for group in table.get("survivors", ()) for key in group["mutants"]}


def main(arguments: list[str] | None = None) -> int:
    """Print a line per noun; the exit code is 1 where a noun misses the goal or a survivor has no reason."""
    parser = argparse.ArgumentParser(description="Change the library on purpose and see whether its tests notice.")
    parser.add_argument("nouns", nargs="*", metavar="NOUN", help="such as values/money; all of them by default")
    parser.add_argument("--sample", type=int, default=300, help="most mutants per noun (default 300)")
    parser.add_argument("--seed", default="renewkit", help="which sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    parser.add_argument("--timeout", type=float, default=5.0, help="times as long as the unchanged tests take")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the scores there")
    options = parser.parse_args(arguments)
    if unknown := [noun for noun in options.nouns if noun not in set(nouns())]:
        parser.error(f"expected nouns such as values/money, got {', '.join(unknown)}")
    for name in WARM:
        import_module(name)
    reasons, scores = _reasons(), []
    for noun in options.nouns or nouns():
        result = score(noun, options, reasons, sys.stderr.write)
        scores.append(result)
        _print(result)
        if options.json:
            options.json.write_text(json.dumps([asdict(each) for each in scores], indent=1), "utf-8")
    return 1 if any(each.share < GOAL or each.open for each in scores) else 0


def _print(result: Score) -> None:
    lines = [
        (
            f"{result.noun}: {result.killed} of {result.tried} killed ({result.share:.0%}; {result.late} by the time) "
            f"of {result.of} mutants; {len(result.known)} survivors with a reason, {len(result.open)} without"
        ),
        *(f"  survived: {key}" for key in result.open),
    ]
    sys.stderr.write("\r")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
