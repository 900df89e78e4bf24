"""A seeded world of payments with its truth: what was invoiced, and what the bank made of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from renewkit.values.entry import Entries, Settlement

if TYPE_CHECKING:
    from collections.abc import Callable

PRICES = (
    499,
    799,
    990,
    999,
    1_200,
    1_499,
    1_900,
    1_999,
    2_400,
    2_500,
    2_900,
    2_999,
    3_900,
    4_900,
    4_999,
    5_900,
    7_900,
    9_900,
    12_000,
    19_900,
)
START = date(2024, 1, 1).toordinal()
FORMATS: tuple[Callable[[int, int], str], ...] = (
    lambda year, number: f"INV-{year}-{number:06}",
    lambda year, number: f"R{year}/{number:07}",
    lambda _, number: f"SUB{number:08}",
    lambda year, number: f"{year % 100}-{number:06}-F",
)


@dataclass
class Side:
    """Columns of one side."""

    ids: list[str] = field(default_factory=list)
    minor: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    references: list[str | None] = field(default_factory=list)
    parties: list[str | None] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)

    def add(  # noqa: PLR0917  a row is its columns
        self, name: str, minor: int, day: int, reference: str | None, party: str | None, text: str = ""
    ) -> None:
        """Append one row."""
        self.ids.append(name)
        self.minor.append(minor)
        self.days.append(day)
        self.references.append(reference)
        self.parties.append(party)
        self.texts.append(text)

    def shuffled(self, rng: random.Random) -> Entries:
        """Return the side in an order that tells nothing."""
        order = list(range(len(self.ids)))
        rng.shuffle(order)
        columns = (self.ids, self.minor, self.days, self.references, self.parties, self.texts)
        ids, minor, days, references, parties, texts = ([column[row] for row in order] for column in columns)
        return Entries.from_columns(
            ids=ids, minor=minor, currency="EUR", days=days, references=references, parties=parties, texts=texts
        )


@dataclass
class World:
    """Both sides, the reports, and which pairs are true; `kind` is the class of each true pair."""

    expected: Entries
    received: Entries
    settlements: tuple[Settlement, ...]
    truth: dict[tuple[str, str], str]


def make_world(size: int, seed: int, *, loyal: bool = False) -> World:
    """Return a world with so many invoices; in a loyal one each customer has several, at one price."""
    return _Maker(size, seed, loyal=loyal).world()


def hash_of(text: str) -> int:
    """Return a number that stays the same in every process."""
    return sum(ord(sign) * 31**at for at, sign in enumerate(text))


class _Maker:
    def __init__(self, size: int, seed: int, *, loyal: bool) -> None:
        self.rng = random.Random(seed)
        self.loyal = loyal
        self.size = size
        self.spell = FORMATS[seed % len(FORMATS)]
        self.first = [self._word(2) for _ in range(200)]
        self.last = [self._word(3) for _ in range(1_500)]
        self.owed, self.paid = Side(), Side()
        self.truth: dict[tuple[str, str], str] = {}
        self.reports: list[Settlement] = []
        self.number = self.rng.randrange(1_000, 50_000)
        self.lines = 0
        self.people = [f"{self.rng.choice(self.first)} {self.rng.choice(self.last)}" for _ in range(max(1, size // 4))]
        self.card: dict[int, list[tuple[str, str, int]]] = {}

    def world(self) -> World:
        rng = self.rng
        shares = (("exact", 70), ("mangled", 10), ("batch", 8), ("partial", 5), ("never", 4), ("twice", 3))
        kinds = rng.choices([kind for kind, _ in shares], [share for _, share in shares], k=self.size)
        for kind in kinds:
            if kind == "batch":
                rng.choice((self._bulk, self._split, self._card))()
            else:
                getattr(self, f"_{kind}")()
        self._payouts()
        for _ in range(self.size * 4 // 100):
            self._noise()
        expected, received = self.owed.shuffled(rng), self.paid.shuffled(rng)
        return World(expected, received, tuple(self.reports), self.truth)

    # ------------------------------------------------------------------------------------------------- both sides

    def _invoice(self, party: str | None = None, day: int | None = None) -> tuple[str, int, int, str, str]:
        rng = self.rng
        self.number += 1
        day = START + rng.randrange(365) if day is None else day
        party, minor = party or self._party(), rng.choice(PRICES)
        if self.loyal:
            minor = PRICES[hash_of(party) % len(PRICES)]
        reference = self.spell(date.fromordinal(day).year, self.number)
        row = (f"e{self.number}", minor, day, reference, party)
        self.owed.add(*row)
        return row

    def _party(self) -> str:
        if self.loyal:
            return self.rng.choice(self.people)
        return f"{self.rng.choice(self.first)} {self.rng.choice(self.last)}"

    def _line(self, minor: int, day: int, reference: str | None, party: str | None, text: str = "") -> str:
        self.lines += 1
        name = f"l{self.rng.getrandbits(40):010x}-{self.lines}"
        self.paid.add(name, minor, day, reference, party, text)
        return name

    def _later(self, day: int) -> int:
        return day + self.rng.choice((0, 1, 2, 3, 5, 8, 13, 21, 30))

    # ---------------------------------------------------------------------------------------------------- classes

    def _exact(self) -> None:
        name, minor, day, reference, party = self._invoice()
        line = self._line(minor, self._later(day), *self._placed(reference, party))
        self.truth[name, line] = "exact"

    def _placed(self, reference: str, party: str) -> tuple[str | None, str | None, str]:
        if self.rng.random() < 0.8:
            return reference, self._name(party), ""
        return None, self._name(party), f"{self._word(2)} {reference} {self._word(3)}"

    def _mangled(self) -> None:
        name, minor, day, reference, party = self._invoice()
        given, text = self._mangle(reference)
        self.truth[name, self._line(minor, self._later(day), given, self._name(party), text)] = "mangled"

    def _partial(self) -> None:
        name, minor, day, reference, party = self._invoice()
        share = self.rng.randrange(20, 90)
        self.truth[name, self._line(minor * share // 100, self._later(day), reference, self._name(party))] = "partial"

    def _never(self) -> None:
        self._invoice()

    def _twice(self) -> None:
        name, minor, day, reference, party = self._invoice()
        first = self._later(day)
        self.truth[name, self._line(minor, first, reference, self._name(party))] = "twice"
        self._line(minor, first + self.rng.randrange(1, 12), reference, self._name(party))

    def _bulk(self) -> None:
        rng = self.rng
        party = self._party()
        day = START + rng.randrange(365)
        rows = [self._invoice(party, day + rng.randrange(20)) for _ in range(rng.randrange(2, 6))]
        listed = rng.random() < 0.5
        text = " ".join(row[3] for row in rows) if listed else rng.choice(("", "invoices", "open items"))
        line = self._line(sum(row[1] for row in rows), self._later(day + 20), None, self._name(party, keep=True), text)
        for row in rows:
            self.truth[row[0], line] = "bulk listed" if listed else "bulk unlisted"

    def _split(self) -> None:
        rng = self.rng
        name, minor, day, reference, party = self._invoice()
        parts = rng.randrange(2, 4)
        cuts = sorted(rng.sample(range(1, minor), parts - 1))
        given = reference if rng.random() < 0.7 else None
        for low, high in zip([0, *cuts], [*cuts, minor], strict=True):
            line = self._line(high - low, self._later(day), given, self._name(party, keep=given is None))
            self.truth[name, line] = "split" if given else "split unnamed"

    def _card(self) -> None:
        name, minor, day, reference, _ = self._invoice()
        self.card.setdefault(day // 3 * 3, []).append((name, reference, minor))

    def _payouts(self) -> None:
        for day, items in self.card.items():
            fees = [minor * 29 // 1_000 + 30 for _, _, minor in items]
            reference = f"po_{self.rng.getrandbits(48):012x}"
            self.reports.append(
                Settlement(reference, tuple((item[1], item[2], fee) for item, fee in zip(items, fees, strict=True)))
            )
            net = sum(item[2] for item in items) - sum(fees)
            line = self._line(net, day + 5, reference, "CARDPAY SA", f"payout {reference}")
            for item in items:
                self.truth[item[0], line] = "payout"

    def _noise(self) -> None:
        rng = self.rng
        party = self._party()
        minor = rng.choice(PRICES) if rng.random() < 0.5 else rng.randrange(100, 30_000)
        text = f"{self._word(3)} {rng.randrange(10**6)}"
        self._line(minor, START + rng.randrange(395), None, self._name(party), text)

    # ------------------------------------------------------------------------------------------- what banks do

    def _word(self, syllables: int) -> str:
        rng = self.rng
        return "".join(
            rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(syllables)
        ).title() + rng.choice(("", "n", "r", "s"))

    def _name(self, party: str, *, keep: bool = False) -> str | None:
        rng = self.rng
        first, last = party.split()
        kind = rng.choices(
            ("same", "upper", "cut", "reversed", "initial", "typo", "missing"),
            (30, 25, 8, 10, 10, 7, 0 if keep else 10),
        )[0]
        at = rng.randrange(1, len(last) - 1)
        return {
            "same": party,
            "upper": party.upper(),
            "cut": party.upper()[: max(len(first) + 3, len(party) - 3)],
            "reversed": f"{last}, {first}",
            "initial": f"{first[0]}. {last}",
            "typo": f"{first} {last[:at]}{rng.choice('aeiou')}{last[at + 1 :]}",
            "missing": None,
        }[kind]

    def _mangle(self, reference: str) -> tuple[str | None, str]:
        rng = self.rng
        kind = rng.randrange(11)
        digits = [at for at, sign in enumerate(reference) if sign.isdigit()]
        at = rng.choice(digits[-5:-1])
        bare = "".join(sign if sign.isalnum() else " " for sign in reference)
        spelled = (
            bare,
            bare.replace(" ", "").lower(),
            reference.lstrip("INVRSUB-"),
            "-".join(part.lstrip("0") for part in bare.split()),
            reference.replace("0", "O"),
            reference.replace("1", "I"),
            reference[:at] + str((int(reference[at]) + rng.randrange(1, 10)) % 10) + reference[at + 1 :],
            reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :],
            f"{self._word(2)}{bare}/{self._word(2)}",
            reference[: len(reference) - 3] + " " + reference[len(reference) - 3 :],
            "",
        )[kind]
        if kind == 8 or rng.random() < 0.4:
            return None, f"{self._word(2)} {spelled} {self._word(2)}"
        return spelled or None, ""
