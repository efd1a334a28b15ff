"""Everything that can go wrong, drawn as a tree. Whether to try again is a type, not a guess.

FootnoteError                   status exit   what
├── UsageError                     422    2   the caller asked for something impossible
│   ├── SettingsError              500    2   a setting is unknown or makes no sense
│   ├── NotFound                   404    1   no such document, page, answer or conversation
│   └── TooLarge                   413    2   more than a limit allows
├── UnreadableDocument             422    1   the file itself cannot be read; trying again will not help
│   ├── UnsupportedType            415    1   no parser for this kind of content
│   ├── EncryptedDocument          422    1   needs a password
│   ├── NoText                     422    1   opened, but nothing to read on it
│   └── ParserCrashed              422    1   the parser died, hung or outgrew its memory
├── RetryableError                 503    1   the same call may work later
│   ├── StorageFull                507    1   no room to write
│   ├── TooSlow                    408    1   what was being sent came too slowly or not at all
│   ├── TooMany                    429    1   more at once than is taken in
│   ├── Busy                       503    1   the language model has enough to do
│   └── GeneratorFailed            503    1   the language model is not there, broke off or took too long
├── StorageError                   500    1   what is stored is not what was written
│   └── WrongSchema                500    1   the database belongs to another version
├── ModelError                     500    1   weights missing or not the ones expected
├── Refused                        403    4   refused for safety
└── AlreadyRunning                 409   75   another run holds the lock
"""

from typing import ClassVar


class FootnoteError(Exception):
    """Root: ``str(error)`` says what happened and what to do next, in words for the person affected."""

    status: ClassVar[int] = 500  # HTTP
    exit_code: ClassVar[int] = 1


class UsageError(FootnoteError):
    """The caller asked for something impossible."""

    status = 422
    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or makes no sense."""

    status = 500


class NotFound(UsageError):
    """No such document, page, answer or conversation."""

    status = 404
    exit_code = 1


class TooLarge(UsageError):
    """More than a limit allows."""

    status = 413


class UnreadableDocument(FootnoteError):
    """The file itself cannot be read; trying again will not help."""

    status = 422


class UnsupportedType(UnreadableDocument):
    """No parser for this kind of content."""

    status = 415


class EncryptedDocument(UnreadableDocument):
    """The file needs a password."""


class NoText(UnreadableDocument):
    """The file opened, but there is nothing to read on it."""


class ParserCrashed(UnreadableDocument):
    """The parser died, hung or outgrew its memory."""


class RetryableError(FootnoteError):
    """The same call may work later."""

    status = 503


class StorageFull(RetryableError):
    """No room to write."""

    status = 507


class TooSlow(RetryableError):
    """What was being sent came too slowly or not at all."""

    status = 408


class TooMany(RetryableError):
    """More at once than is taken in."""

    status = 429


class Busy(RetryableError):
    """The language model has enough to do."""


class GeneratorFailed(RetryableError):
    """The language model is not there, broke off or took too long."""


class StorageError(FootnoteError):
    """What is stored is not what was written."""


class WrongSchema(StorageError):
    """The database belongs to another version of Footnote."""


class ModelError(FootnoteError):
    """Weights are missing or not the ones expected."""


class Refused(FootnoteError):
    """Refused for safety."""

    status = 403
    exit_code = 4


class AlreadyRunning(FootnoteError):
    """Another run holds the lock."""

    status = 409
    exit_code = 75
