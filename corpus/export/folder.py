"""A folder that comes into being whole: written under another name, then renamed.

Whatever ends the process before, the former folder stays; a half one never has the final name.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from cleaners.errors import OperatorError
from corpus.runs import alive

MANIFEST = "manifest.json"
AT_FDCWD = -100
RENAME_EXCHANGE = 2
SYNC_EACH = 1_000


def check_target(folder: Path, force: bool) -> None:
    """Refuse a folder that is in use: any that exists, or with `force` any that is no export."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OperatorError(f"{folder}: is a file or a link, not a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return
    strange = _strangers(folder)
    if strange is None:
        raise OperatorError(f"{folder}: exists and is no former export; choose another folder")
    if not force:
        raise OperatorError(f"{folder}: exists; --force replaces this former export")
    if strange:
        raise OperatorError(f"{folder}: holds {strange[0]}, which no export wrote; move it first")


@contextmanager
def whole_folder(folder: Path, force: bool) -> Iterator[Path]:
    """Yield an empty folder beside `folder` that takes its name when the block ends well."""
    final = folder.absolute()
    _recover(final)
    check_target(folder, force)
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.parent / f".{final.name}.part-{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
        _to_disk(part)
        check_target(folder, force)
        _put(part, final)
    except OSError as error:
        raise OperatorError(f"{folder}: {error.strerror or error}; nothing was written") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _to_disk(part: Path) -> None:
    """Have everything written before the name is given; of very many files all at once."""
    paths = [part, *islice(part.rglob("*"), SYNC_EACH)]
    if len(paths) > SYNC_EACH:
        os.sync()
        return
    for path in paths:
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _put(part: Path, final: Path) -> None:
    """Give the finished folder its name, at once where the system can exchange two names."""
    if not final.exists() or not any(final.iterdir()):
        part.replace(final)
    elif not _exchanged(part, final):
        former = _former(final)
        shutil.rmtree(former, ignore_errors=True)
        final.rename(former)
        part.rename(final)
        shutil.rmtree(former)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step (Linux); tell whether that was possible."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(number, os.strerror(number), str(other))


def _former(final: Path) -> Path:
    return final.parent / f".{final.name}.former"


def _recover(final: Path) -> None:
    """Take up what killed exports left: a former folder without its name, unfinished ones."""
    former = _former(final)
    if former.exists():
        if final.exists():
            shutil.rmtree(former)
        else:
            former.rename(final)
    if not final.parent.is_dir():
        return
    pattern = re.compile(rf"\.{re.escape(final.name)}\.part-(\d+)")
    for path in final.parent.iterdir():
        match = pattern.fullmatch(path.name)
        if match and not alive(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)


def _strangers(folder: Path) -> list[str] | None:
    """Return the files that the folder's manifest does not name; None where it has no manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = {entry["path"] for entry in manifest["files"]} | {MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    files = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted({path.relative_to(folder).as_posix() for path in files} - known)
