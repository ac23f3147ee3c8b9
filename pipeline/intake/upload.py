"""An upload as bytes: opened without trust in its name, measured, and told apart by its first bytes."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from redact.errors import EmptyError, LimitError, MissingError, NotAFileError, UnreadableError, UnsupportedError
from redact.pipeline.medium import Kind
from redact.policy import Limits

# No link is followed, no pipe or terminal waited for.
FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
CHUNK = 1 << 20
# ISO 32000-1, Annex H (implementation note 13): readers accept the header within the first 1024 bytes.
PDF_HEADER_WITHIN = 1024
# Sizes of the BMP information headers that exist: "BM" alone would also be the start of a text.
BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
MISSING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
NOT_A_FILE = frozenset({errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.EISDIR})


@dataclass(frozen=True, slots=True)
class Upload:
    """An untrusted file: its bytes, their SHA-256 (hex), and its kind by content. Never its name."""

    content: bytes = field(repr=False)
    sha256: str
    kind: Kind


def open_upload(source: Path | str | bytes | BinaryIO, limits: Limits) -> Upload:
    """Return the upload's bytes and kind; nothing is parsed.

    Raises MissingError, NotAFileError (directory, link, pipe, device), EmptyError, LimitError, UnsupportedError, and
    UnreadableError where the file may not be read.
    """
    content = _content(source, limits.bytes)
    if not content:
        raise EmptyError(what="0 bytes")
    if len(content) > limits.bytes:
        raise LimitError(what="bytes", value=len(content), limit=limits.bytes)
    return Upload(content, hashlib.sha256(content).hexdigest(), kind_of(content))


def kind_of(content: bytes) -> Kind:
    """Return the kind that the first bytes show. Raises UnsupportedError: nothing unknown reaches a parser."""
    for kind, matches in MAGIC:
        if matches(content):
            return kind
    raise UnsupportedError


def _starts(*magics: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(magics)


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_bmp(content: bytes) -> bool:
    return content[:2] == b"BM" and int.from_bytes(content[14:18], "little") in BMP_HEADERS


def _is_heic(content: bytes) -> bool:
    size = int.from_bytes(content[:4], "big")
    if content[4:8] != b"ftyp" or not 16 <= size <= 512:
        return False
    major, brands = content[8:12], {content[at : at + 4] for at in range(16, size, 4)}
    return major in HEIC_BRANDS or (major in {b"mif1", b"msf1"} and bool(brands & HEIC_BRANDS))


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:PDF_HEADER_WITHIN]


# Pictures first: their magic stands at the very beginning, a PDF header may follow other bytes.
MAGIC: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    (Kind.JPEG, _starts(b"\xff\xd8\xff")),
    (Kind.PNG, _starts(b"\x89PNG\r\n\x1a\n")),
    (Kind.TIFF, _starts(b"II*\0", b"MM\0*", b"II+\0\x08\0", b"MM\0+\0\x08")),
    (Kind.GIF, _starts(b"GIF87a", b"GIF89a")),
    (Kind.WEBP, _is_webp),
    (Kind.BMP, _is_bmp),
    (Kind.HEIC, _is_heic),
    (Kind.PDF, _is_pdf),
)


def _content(source: Path | str | bytes | BinaryIO, most: int) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if isinstance(source, (str, Path)):
        return _file_content(source, most)
    return _stream_content(source, most + 1)


def _stream_content(stream: BinaryIO, most: int) -> bytes:
    """Read to the end, `most` bytes at most. A pipe or a socket gives less than it is asked for, and is not at its end for that."""
    chunks, size = [], 0
    try:
        while size < most:
            chunk: object = stream.read(most - size)
            if not isinstance(chunk, bytes):
                raise UnreadableError
            if not chunk:
                break
            chunks.append(chunk)
            size += len(chunk)
    except (OSError, ValueError):
        raise UnreadableError from None
    return b"".join(chunks)


def _file_content(place: Path | str, most: int) -> bytes:
    descriptor = open_regular(place)
    try:
        size = os.fstat(descriptor).st_size
        if size > most:
            raise LimitError(what="bytes", value=size, limit=most)
        return _read(descriptor, most + 1)
    except OSError:
        raise UnreadableError from None
    finally:
        os.close(descriptor)


def open_regular(place: Path | str) -> int:
    """Return a handle for reading a regular file, which the caller closes; no link is followed.

    Raises MissingError, NotAFileError (directory, link, pipe, device), and UnreadableError where the file may not be read.
    """
    descriptor = _open(place)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise NotAFileError


def _open(place: Path | str) -> int:
    try:
        return os.open(place, FLAGS)
    except ValueError:  # a null character in the path
        raise MissingError from None
    except OSError as error:
        if error.errno in MISSING:
            raise MissingError from None
        raise (NotAFileError if error.errno in NOT_A_FILE else UnreadableError) from None


def _read(descriptor: int, most: int) -> bytes:
    """Read to the end, `most` bytes at most: a file may grow while it is read."""
    chunks, size = [], 0
    while size < most and (chunk := os.read(descriptor, min(CHUNK, most - size))):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)
