"""Texts: the sentences of one language, read from the package and laid over with a host's own.

A sentence holds blanks such as `{amount}`. Each place in a mail has alternatives, the most telling first; the first one
whose blanks can all be filled is taken, and where none can be, nothing is sent.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from renewkit.errors import ConfigurationError, NotFoundError
from renewkit.values.ids import content_key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Sentence", "Texts", "language_chain", "load_texts"]

_BLANK: Final = re.compile(r"\{([a-z]+)\}")
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:_[A-Za-z0-9]{2,8})*")
_FALLBACK: Final = "en"
_ALIASES: Final = {"zh_Hant": "zh_TW", "zh_HK": "zh_TW", "zh_MO": "zh_TW"}


@attrs.frozen
class Sentence:
    """One sentence: its blanks in order, and the text around them with `%s` in their places."""

    blanks: tuple[str, ...]
    around: str

    @classmethod
    def read(cls, text: str, *, place: str) -> Sentence:
        """Find the blanks of a sentence; `ConfigurationError` for a brace that is no blank.

        >>> Sentence.read("Due on {due}.", place="en")
        Sentence(blanks=('due',), around='Due on %s.')
        """
        parts = _BLANK.split(text)
        around = "%s".join(literal.replace("%", "%%") for literal in parts[::2])
        if "{" in around or "}" in around:
            raise ConfigurationError(
                f"blanks such as {{amount}} at {place}", text, "write a blank as one lower-case word"
            )
        return cls(tuple(parts[1::2]), around)

    def fill(self, facts: Mapping[str, str]) -> str | None:
        """Return the sentence with its blanks filled, None where a fact is missing."""
        try:
            return self.around % tuple([facts[blank] for blank in self.blanks])
        except KeyError:
            return None


@attrs.frozen
class Texts:
    """All sentences of a language, by their place: `topic.invoice.lead`, `label.due`, `words.greeting`."""

    language: str
    places: Mapping[str, tuple[Sentence, ...]]
    _versions: dict[str, str] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    def say(self, place: str, facts: Mapping[str, str]) -> str:
        """Return what stands at a place, filled; `NotFoundError` where the place or a fact for it is missing."""
        sentences = self.places.get(place)
        if sentences is None:
            raise NotFoundError(
                f"a text at {place} in {self.language}", "none", "write one in the texts of the messenger"
            )
        for sentence in sentences:
            if (filled := sentence.fill(facts)) is not None:
                return filled
        blanks = ", ".join(sentences[-1].blanks)
        remedy = "give the message what it is about, or add an alternative that needs less"
        raise NotFoundError(f"{blanks} for the text {place} in {self.language}", "nothing to fill in", remedy)

    def version(self, topic: str) -> str:
        """Return the version of a topic's text: a hash of its sentences, and of the words around every mail.

        >>> load_texts("en").version("upcoming") == load_texts("en").version("upcoming")
        True
        """
        known = self._versions.get(topic)
        return self._versions.setdefault(topic, _version(self.places, topic)) if known is None else known

    def knows(self, place: str) -> bool:
        """Whether there is a text at a place."""
        return place in self.places


@lru_cache(maxsize=512)
def language_chain(locale: str) -> tuple[str, ...]:
    """Return the languages to look for, in order, for a locale in BCP 47 or POSIX notation; English is the last.

    >>> language_chain("zh-Hant-TW"), language_chain("de_AT.UTF-8"), language_chain("?")
    (('zh_TW', 'zh', 'en'), ('de_AT', 'de', 'en'), ('en',))
    """
    tag = locale.replace("-", "_").partition(".")[0].partition("@")[0]
    if not _TAG.fullmatch(tag):
        return (_FALLBACK,)
    language, *rest = tag.split("_")
    script = next((part.title() for part in rest if len(part) == 4), None)
    place = next((part.upper() for part in rest if len(part) in (2, 3) and part.isalnum()), None)
    language = language.lower()
    # A script that is named outweighs the place: zh_Hans_TW is not written as zh_TW is.
    wanted = [f"{language}_{part}" for part in (script, place) if part]
    return tuple(dict.fromkeys([*(_ALIASES.get(name, name) for name in wanted), language, _FALLBACK]))


@lru_cache(maxsize=512)
def load_texts(locale: str, folder: Path | None = None) -> Texts:
    """Return the texts for a locale: the first language of its chain that there is a file for.

    `folder` holds a host's own files (`en.toml`, `zh_TW.toml`, …): a language of its own, or places that replace ours.
    Raises `ConfigurationError` for a file that does not read.

    >>> load_texts("zh-TW").language, load_texts("fr").language
    ('zh_TW', 'en')
    """
    known = ((language, _shipped(language) | _own(folder, language)) for language in language_chain(locale))
    return next(Texts(language, places) for language, places in known if places)


def _version(places: Mapping[str, tuple[Sentence, ...]], topic: str) -> str:
    wanted = (f"topic.{topic}.", "words.", "label.")
    said = (f"{place}={texts}" for place, texts in sorted(places.items()) if place.startswith(wanted))
    return content_key("v", *said)[2:14]


def _shipped(language: str) -> dict[str, tuple[Sentence, ...]]:
    file = files("renewkit.adapters.mail").joinpath("locale", f"{language}.toml")
    return _places(file.read_text("utf-8"), language) if file.is_file() else {}


def _own(folder: Path | None, language: str) -> dict[str, tuple[Sentence, ...]]:
    file = folder / f"{language}.toml" if folder else None
    return _places(file.read_text("utf-8"), str(file)) if file and file.is_file() else {}


def _places(text: str, source: str) -> dict[str, tuple[Sentence, ...]]:
    try:
        return dict(_walk(tomllib.loads(text), "", source))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"a TOML file of texts at {source}", str(error), "correct the line") from None


def _walk(table: Mapping[str, Any], above: str, source: str) -> list[tuple[str, tuple[Sentence, ...]]]:
    found: list[tuple[str, tuple[Sentence, ...]]] = []
    for name, entry in table.items():
        place = f"{above}{name}"
        if isinstance(entry, dict):
            found += _walk(entry, f"{place}.", source)
            continue
        texts = [entry] if isinstance(entry, str) else entry
        if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
            raise ConfigurationError(
                f"a text or a list of texts at {place} of {source}", repr(entry), "write it in quotes"
            )
        found.append((place, tuple(Sentence.read(one, place=f"{place} of {source}") for one in texts)))
    return found
