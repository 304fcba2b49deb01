"""Options of searchers: fields of their dataclasses, each with the values that it may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from paretune.errors import InvalidInputError, did_you_mean
from paretune.space import Parameter
from paretune.space.values import check_text


@dataclass(frozen=True)
class AnyText:
    """The values of an option that takes text."""

    def check(self, name: str, value: Any) -> str:
        """Return the text.

        Raises:
            InvalidInputError: it is no text; the message begins with the name.
        """
        return check_text(name, value, may_be_empty=True)


@dataclass(frozen=True)
class SearcherOption:
    """Declaration of an option of a searcher.

    Args:
        default: its value if nothing else is given.
        values: the values that it may have.
        help: a phrase for users.
    """

    default: Any
    values: Parameter | AnyText
    help: str


def option(default: Any, values: Parameter | AnyText, text: str) -> Any:
    """Declare a field of a searcher's dataclass that users may set."""
    return field(default=default, metadata={"option": SearcherOption(default, values, text)})


def options_of(searcher: object) -> dict[str, SearcherOption]:
    """Return the options of a searcher, an object or its class, by name."""
    declared = fields(searcher) if is_dataclass(searcher) else ()
    return {f.name: f.metadata["option"] for f in declared if "option" in f.metadata}


def check_options(name: str, searcher: object, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given options of a searcher in their types.

    Args:
        name: the searcher's name, for messages.
        searcher: the searcher, or its class.
        given: values by name.

    Raises:
        InvalidInputError: the searcher has no such option, or a value is wrong.

    Example:
        >>> from paretune.searchers.evolution import EvolutionSearch
        >>> check_options("evolution", EvolutionSearch, {"step": 1})
        {'step': 1.0}
    """
    known = options_of(searcher)
    for word in given:
        if word not in known:
            others = f"it has {', '.join(known)}" if known else "it has none, so leave it out"
            raise InvalidInputError(f"searcher {name} has no option {word!r}{did_you_mean(word, known)}: {others}")
    return {word: known[word].values.check(f"{word} of searcher {name}", value) for word, value in given.items()}
