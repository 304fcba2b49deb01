"""Names of studies as parts of addresses."""

from __future__ import annotations

import base64
import binascii
import re

from paretune.errors import InvalidInputError

MAX_NAME = 100
_PLAIN = re.compile(r"[\w][\w.+-]*", re.ASCII)
_ALLOWED = re.compile(r"[^\s~/\\.\x00-\x1f\x7f][^/\\\x00-\x1f\x7f\ud800-\udfff]*")


def study_key(name: str) -> str:
    r"""Turn a study's name into a part of an address; two different names get different ones.

    Example:
        >>> study_key("nets-1"), study_key("../a b")
        ('nets-1', '~Li4vYSBi')
    """
    if _PLAIN.fullmatch(name):
        return name
    return "~" + base64.urlsafe_b64encode(name.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def study_name(key: str) -> str:
    """The name of a study from its part of an address.

    Raises:
        InvalidInputError: no name has that key.

    Example:
        >>> study_name(study_key("../a b"))
        '../a b'
    """
    if not key.startswith("~"):
        return key
    text = key[1:]
    try:
        name = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return name.decode("utf-8", "surrogatepass")
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidInputError(f"no study has the key {key[:50]!r}") from None


def check_new_name(name: str) -> str:
    """Return the name of a study that is to be made over HTTP.

    Raises:
        InvalidInputError: it is too long, or has characters that make trouble in files and addresses.
    """
    if len(name) > MAX_NAME or not _ALLOWED.fullmatch(name) or name.lower().endswith((".csv", ".csv.gz")):
        raise InvalidInputError(
            f"the name of a study needs 1 to {MAX_NAME} characters, without slashes or control characters, must not "
            f"begin with a dot, a tilde or a space nor end in .csv, but is {name[:MAX_NAME]!r}"
        )
    return name
