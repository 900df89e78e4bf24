"""A second world of payments with its truth, which shares nothing with `payments` but its shape.

Other countries' names and words, other references (creditor references with check digits, policy numbers with letters,
numbers that restart each month), other prices, currencies without and with three decimals, days written in texts,
banks that transliterate, cut and prefix. What a good matcher learned from one world alone fails here.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from payments import World
from renewkit.policies.reconcile import FeeFormula, MatchRules
from renewkit.values.entry import Entries, Settlement

__all__ = ["KNOWN", "make_world_abroad"]

KNOWN: Final = MatchRules(payout_words=("acquirer",), fee=FeeFormula("0.0175", 25))
"""What a user of this world knows: how a payout without a report looks, and what it costs."""

_START: Final = date(2023, 7, 1).toordinal()
_GIVEN: Final = (
    "Jürgen Zoë François María José Łukasz Agnieszka Şebnem Ömer Bjørn Åsa Sinéad Tomáš Věra Ivana Nikos Eleni "
    "Иван Ольга Дмитрий Anaïs Chloé Peter Karl Greta Luigi Chiara Noor Aisha Omar Mehmet Linh Thảo An Bo Li Kim"
).split()
_FAMILY: Final = (
    "Müller Schröder Weiß Groß Lefèvre Gonçalves Núñez García Peña Kowalski Wójcik Żak Y\u0131lmaz Öztürk Sørensen "
    "Nygård Byrne O'Neill Dvořák Novák Horváth Papadopoulos Иванова Петров Смирнов Rossi Bianchi van-der-Berg "
    "Haddad Rahman Nguyễn Trần Tan Wu Ng Fischer Becker Hoffmann Lindqvist Virtanen Korhonen Silva Santos"
).split()
_FAR_EAST: Final = "王 李 張 劉 陳 楊 黃 趙 吳 周 佐藤 鈴木 高橋 田中 渡辺 伊藤 김 이 박 최".split()
_FAR_GIVEN: Final = "小明 麗華 志強 淑芬 建國 美玲 雅婷 家豪 太郎 花子 健一 美咲 翔太 陽菜 민준 서연 지훈 하은".split()
_STEMS: Final = (
    "Brö Köl Kowal Øster Grün Lefè Nuñ Papa Y\u0131l Iwan Rah Hor Čer Blom Šim Tam Val Mar Dam Ost Fló Kaš".split()
)
_MIDDLES: Final = "ber li ma né ro su ti vá we ze da ki lo nu pa".split()
_ENDS: Final = "ová ski berg mann dóttir son ez yan aho lund ić enko ström feld tsu rhan".split()
_SIGNS: Final = (
    "安邦博昌成大德恩方光海和宏慧佳建杰靜俊凱蘭樂莉林玲龍明寧平琪仁瑞珊詩思天婷文賢曉欣星雪雅怡宜英永宇玉志中"
)
_TRADES: Final = "Bäckerei Garage Librairie Studio Café Apotheke Tischlerei Clínica Imprenta Pekárna Krawiec".split()
_FORMS: Final = "GmbH AG S.A. SARL S.r.l. Ltd Oy AB s.r.o. Sp.zo.o. KG Lda".split()
_SAYS: Final = (
    "Rechnung facture factura fattura faktura счёт 請求書 发票 lasku fatura Beitrag cuota abonnement Miete premium "
    "dues renewal Mitgliedschaft"
).split()
_BANKS: Final = ("SEPA CREDIT", "VIREMENT", "ÜBERWEISUNG", "TRANSF", "BONIFICO", "振込", "wplata", "FPS", "NEFT")
_SPELLED_OUT: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ß": "ss", "ł": "l", "\u0131": "i"}
_SHARES: Final = (("exact", 68), ("mangled", 12), ("batch", 8), ("partial", 5), ("never", 4), ("twice", 3))
_CURRENCIES: Final = (("EUR",), ("JPY",), ("KWD",), ("CHF", "EUR"), ("CLP",), ("PLN", "CZK", "EUR"), ("USD", "BHD"))

Reference = Callable[[random.Random, int, date], str]


def _creditor_reference(rng: random.Random, number: int, _: date) -> str:
    body = f"{number:09}" if rng.random() < 0.5 else f"K{number:07}M"
    digits = "".join(str(int(sign, 36)) for sign in f"{body}RF00")
    return f"RF{98 - int(digits) % 97:02}{body}"


def _policy(rng: random.Random, number: int, _: date) -> str:
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ"
    return f"{rng.choice(letters)}{rng.choice(letters)}-{number * 7_919 % 1_000_000:06}-{letters[number % 23]}"


_REFERENCES: Final[tuple[Reference, ...]] = (
    lambda _, number, day: f"INV-{day.year}-{number:03}",
    _creditor_reference,
    lambda _, number, __: str(4_000_000_000 + number * 37),
    _policy,
    lambda _, number, day: f"FV/{number % 2_500 + 1}/{day.month:02}/{day.year}/{number // 2_500 + 1}",
    lambda _, number, day: f"{day:%y}{number:07}",
    lambda _, number, day: f"請求-{day.year}{number:05}",
    lambda rng, number, _: f"RE{number}-{rng.choice('ABCDEF')}",
)


def make_world_abroad(size: int, seed: int) -> World:
    """Return a world with so many invoices; the seed chooses the form of its references and its currencies too."""
    return _Abroad(size, seed).world()


class _Abroad:
    def __init__(self, size: int, seed: int) -> None:
        self.rng = random.Random(f"abroad {seed}")
        self.size = size
        self.spell = _REFERENCES[seed % len(_REFERENCES)]
        self.currencies = _CURRENCIES[seed % len(_CURRENCIES)]
        unit = 1_000 if self.currencies == ("KWD",) else 1 if self.currencies[0] in {"JPY", "CLP"} else 100
        self.prices = [self._price(unit) for _ in range(30)]
        self.people = [self._person() for _ in range(max(20, size * 3 // 4))]
        self.first = self.number = self.rng.randrange(1, 90_000)
        self.columns: tuple[list[tuple[object, ...]], list[tuple[object, ...]]] = ([], [])
        self.truth: dict[tuple[str, str], str] = {}
        self.reports: list[Settlement] = []
        self.paid_out: set[tuple[str, int]] = set()

    def world(self) -> World:
        rng, made = self.rng, 0
        kinds, weights = zip(*_SHARES, strict=True)
        while made < self.size:
            kind = rng.choices(kinds, weights)[0]
            before = len(self.columns[0])
            if kind == "batch":
                # A card payout has many invoices, so it comes more seldom.
                rng.choices((self._bulk, self._split, self._card), (8, 8, 1))[0]()
            else:
                getattr(self, f"_{kind}")()
            made += len(self.columns[0]) - before
        for _ in range(self.size // 25):
            rng.choices((self._noise, self._older), (4, 1))[0]()
        expected, received = (self._side(rows) for rows in self.columns)
        return World(expected, received, tuple(self.reports), self.truth)

    def _side(self, rows: list[tuple[object, ...]]) -> Entries:
        self.rng.shuffle(rows)
        names = ("ids", "minor", "currency", "days", "references", "parties", "texts")
        return Entries.from_columns(**dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))  # type: ignore[arg-type]  # columns by name

    # ------------------------------------------------------------------------------------------------- both sides

    def _price(self, unit: int) -> int:
        major = self.rng.choice((5, 7, 8, 12, 15, 18, 25, 35, 45, 60, 85, 120, 250, 480))
        return major * unit * (100 if unit == 1 else 1) + (self.rng.choice((0, 50, 90, 95, 99)) if unit > 1 else 0)

    def _person(self) -> str:
        rng, kind = self.rng, self.rng.random()
        if kind < 0.1:
            given = rng.choice((rng.choice(_FAR_GIVEN), rng.choice(_SIGNS) + rng.choice(_SIGNS)))
            return rng.choice(_FAR_EAST) + rng.choice((" ", "")) + given
        if kind < 0.3:
            return f"{rng.choice(_TRADES)} {''.join(map(rng.choice, (_STEMS, _MIDDLES)))} {rng.choice(_FORMS)}"
        if kind < 0.35:
            return f"{rng.choice(_GIVEN)} {rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"
        family = "".join(map(rng.choice, (_STEMS, _MIDDLES, _ENDS)))
        if kind < 0.6:
            return f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}-{family}"
        return f"{rng.choice(_GIVEN)} {family}"

    def _invoice(self, party: str | None = None, day: int | None = None, money: str | None = None) -> _Invoice:
        rng = self.rng
        self.number += rng.choice((1, 1, 1, 2, 5))
        day = _START + rng.randrange(400) if day is None else day
        row = (
            f"i{self.number}",
            rng.choice(self.prices),
            money or rng.choice(self.currencies),
            day,
            self.spell(rng, self.number, date.fromordinal(day)),
            party or rng.choice(self.people),
        )
        self.columns[0].append((*row, rng.choice(("", "", "plan B", "12 Monate"))))
        return row

    def _line(self, invoice: _Invoice, *said: str | None, minor: int | None = None, wait: int = 0) -> str:
        name, due, money, day, *_ = invoice
        reference, party, text = said
        name = f"b{self.rng.getrandbits(44):011x}"
        day += wait + self.rng.choice((0, 0, 1, 2, 4, 7, 10, 14, 19, 28, 33))
        self.columns[1].append((name, due if minor is None else minor, money, day, reference, party, text))
        return name

    # ---------------------------------------------------------------------------------------------------- classes

    def _exact(self) -> None:
        invoice = self._invoice()
        self.truth[invoice[0], self._line(invoice, *self._placed(invoice, invoice[4]))] = "exact"

    def _mangled(self) -> None:
        invoice = self._invoice()
        kind, spelled = self._mangle(invoice[4])
        self.truth[invoice[0], self._line(invoice, *self._placed(invoice, spelled, share=0.5))] = f"mangled, {kind}"

    def _partial(self) -> None:
        invoice = self._invoice()
        part = max(1, invoice[1] * self.rng.randrange(15, 95) // 100)
        line = self._line(invoice, *self._placed(invoice, invoice[4]), minor=part)
        self.truth[invoice[0], line] = "partial"

    def _never(self) -> None:
        self._invoice()

    def _twice(self) -> None:
        invoice = self._invoice()
        self.truth[invoice[0], self._line(invoice, *self._placed(invoice, invoice[4]))] = "twice"
        self._line(invoice, *self._placed(invoice, invoice[4]), wait=34 + self.rng.randrange(9))

    def _bulk(self) -> None:
        rng = self.rng
        first = self._invoice()
        others = [self._invoice(first[5], first[3] + rng.randrange(15), first[2]) for _ in range(rng.randrange(1, 6))]
        rows = [first, *others]
        listed = rng.random() < 0.6
        text = rng.choice((", ", " ", "; ", " + ")).join(row[4] for row in rows) if listed else rng.choice(_SAYS)
        paid = self._line(
            first, None, self._named(first[5], keep=True), text, minor=sum(row[1] for row in rows), wait=15
        )
        for row in rows:
            self.truth[row[0], paid] = "bulk listed" if listed else "bulk unlisted"

    def _split(self) -> None:
        rng, invoice = self.rng, self._invoice()
        parts, named = rng.randrange(2, 5), rng.random() < 0.7
        cuts = sorted(rng.sample(range(1, invoice[1]), parts - 1))
        for low, high in zip([0, *cuts], [*cuts, invoice[1]], strict=True):
            said = self._placed(invoice, invoice[4]) if named else (None, self._named(invoice[5], keep=True), "")
            line = self._line(invoice, *said, minor=high - low)
            self.truth[invoice[0], line] = "split named" if named else "split unnamed"

    def _card(self) -> None:
        rng, first = self.rng, self._invoice()
        while (first[2], first[3]) in self.paid_out:  # one payout for each day's sales
            first = self._invoice()
        self.paid_out.add((first[2], first[3]))
        rows = [first, *(self._invoice(day=first[3], money=first[2]) for _ in range(rng.randrange(4, 25)))]
        fees = [FeeFormula("0.0175", 25).of(row[1]) for row in rows]
        net = sum(row[1] for row in rows) - sum(fees)
        reference = f"PAY{rng.getrandbits(40):010X}"
        reported = rng.random() < 0.5
        if reported:
            items = tuple((row[4], row[1], fee) for row, fee in zip(rows, fees, strict=True))
            self.reports.append(Settlement(reference, items))
        name = f"b{rng.getrandbits(44):011x}"
        said = (
            (None, "ACQUIRER EU", f"settlement {reference}") if rng.random() < 0.5 else (reference, "ACQUIRER EU", "")
        )
        self.columns[1].append((name, net, first[2], first[3] + rng.randrange(1, 5), *said))
        for row in rows:
            self.truth[row[0], name] = "payout reported" if reported else "payout unreported"

    def _noise(self) -> None:
        rng = self.rng
        minor = rng.choice(self.prices) if rng.random() < 0.5 else rng.randrange(1, 3 * max(self.prices))
        day = _START + rng.randrange(430)
        text = f"{rng.choice(_SAYS)} {self._when(day)} {rng.randrange(10**7)}"
        row = ("", minor, rng.choice(self.currencies), day, "", rng.choice(self.people))
        self._line(row, None, self._named(row[5]), text)

    def _older(self) -> None:
        # Who has an invoice here pays one of the same price that is closed, by its number.
        rng = self.rng
        name, due, money, day, _, party, *_ = rng.choice(self.columns[0])
        row = (name, due, money, day, "", party)
        reference = self.spell(rng, rng.randrange(self.first), date.fromordinal(day - 200))
        self._line(row, reference, self._named(party), f"{rng.choice(_SAYS)} {self._when(day)}")

    # ------------------------------------------------------------------------------------------- what banks do

    def _placed(self, invoice: _Invoice, spelled: str, *, share: float = 0.7) -> tuple[str | None, str | None, str]:
        rng, party = self.rng, self._named(invoice[5])
        if rng.random() < share:
            return spelled or None, party, rng.choice(("", "", rng.choice(_SAYS)))
        words = (rng.choice(_SAYS), spelled, self._when(invoice[3]), rng.choice(_BANKS))
        return None, party, " ".join(words[: rng.randrange(2, 5)])

    def _when(self, day: int) -> str:
        form = self.rng.choice(("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y", "%Y年%m月", "%m/%Y", "%Y%m%d"))
        return date.fromordinal(day).strftime(form)

    def _named(self, party: str, *, keep: bool = False) -> str | None:
        rng = self.rng
        kinds = (str, str.upper, _plain, _spelled_out, self._turned, self._initialled, self._cut, self._slipped)
        how = rng.choices((*kinds, None), (25, 20, 12, 8, 8, 8, 6, 5, 0 if keep else 8))[0]
        return how(party) if how else None

    def _turned(self, party: str) -> str:
        head, _, last = party.rpartition(" ")
        return f"{last}, {head}" if head and last not in _FORMS else party

    def _initialled(self, party: str) -> str:
        head, _, last = party.rpartition(" ")
        return f"{head[0]}. {last}" if head and head.isascii() and last not in _FORMS else party

    def _cut(self, party: str) -> str:
        return party[: max(6, len(party) - self.rng.randrange(1, 5))]

    def _slipped(self, party: str) -> str:
        at = self.rng.randrange(1, max(2, len(party) - 1))
        if len(party) < 6 or party[at] == " ":
            return party
        return party[:at] + self.rng.choice("aeinrst") + party[at + 1 :]

    def _mangle(self, reference: str) -> tuple[str, str]:
        rng = self.rng
        digits = [at for at, sign in enumerate(reference) if sign in "0123456789"]
        at = rng.choice(digits[-4:-1])
        bare = "".join(sign if sign.isalnum() else " " for sign in reference)
        wrong = str((int(reference[at]) + rng.randrange(1, 10)) % 10)
        swapped = reference[:at] + reference[at + 1 : at + 2] + reference[at] + reference[at + 2 :]
        spelled = {
            "separators": "".join(rng.choice((sign, ".", "/", "")) if sign in "-/ " else sign for sign in reference),
            "blanks": bare,
            "joined": bare.replace(" ", ""),
            "prefix": reference[digits[0] :],
            "zeros": " ".join(part.lstrip("0") for part in bare.split()),
            "O for 0": reference.replace("0", "O"),
            "I for 1": reference.replace("1", rng.choice("Il")),
            "wrong digit": reference[:at] + wrong + reference[at + 1 :],
            "swapped": swapped,
            "lost digit": reference[:at] + reference[at + 1 :],
            "cut": reference[: -rng.randrange(1, 4)],
            "lower": reference.lower(),
            "groups": " ".join(reference[start : start + 4] for start in range(0, len(reference), 4)),
            "inside": f"{rng.choice(_SAYS)}{reference}{rng.choice('xyz')}",
            "nothing": "",
        }
        kind = rng.choice(list(spelled))
        return kind, spelled[kind]


_Invoice = tuple[str, int, str, int, str, str]
"""Id, minor units, currency, day, reference, party."""


def _plain(party: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", party) if not unicodedata.combining(sign)).upper()


def _spelled_out(party: str) -> str:
    return "".join(_SPELLED_OUT.get(sign, sign) for sign in party.lower()).upper()
