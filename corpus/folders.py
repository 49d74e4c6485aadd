"""Which files of a folder are pages, by their names; what each holds is `saved`'s affair.

Nothing is left out in silence: what cannot be read is found with its problem, and files of other
kinds are counted.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = tuple(
    ".html .htm .xhtml .shtml .mht .mhtml .txt .text .warc .warc.gz .arc .arc.gz".split()
)
PARTS = re.compile(
    r"[_.-](?:files|dateien|fichiers|archivos|arquivos|ficheiros|file|bestanden|pliki|filer"
    r"|soubory|tiedostot|fájlok|dosyalar|файлы|файли|αρχεία)$",
    re.IGNORECASE,
)
"""How browsers in several languages name the folder of a page's parts, after the page's name."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A file that is named as a page or an archive is; `problem` says why it cannot be read."""

    path: Path
    problem: str = ""


def pages_under(folder: Path, others: Counter[str]) -> Iterator[Found]:
    """Yield the page files below a folder; count in `others`, by suffix, the files that are none.

    What a browser saved as the parts of a page is no page. A link to a folder is not followed: it
    is a problem if it leads elsewhere.
    """
    unread: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unread.append):
        here = Path(place)
        for path in map(here.joinpath, files):
            if not path.name.lower().endswith(SUFFIXES) or _part_of_page(path, folder):
                others[path.suffix.lower() or "without a suffix"] += 1
            else:
                yield Found(path, "" if path.is_file() else _no_file(path))
        for path in map(here.joinpath, folders):
            if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
                yield Found(path, "a link to a folder is not followed; name it as well")
    for error in unread:
        yield Found(Path(error.filename), f"not readable: {error.strerror}")


def _no_file(path: Path) -> str:
    return "not readable: a link that leads nowhere" if path.is_symlink() else "not a file"


def _part_of_page(path: Path, folder: Path) -> bool:
    """Tell whether a file lies in the "NAME_files" folder beside a page that a browser saved."""
    for parent in path.parents:
        if parent == folder:
            return False
        stem = PARTS.sub("", parent.name)
        if stem != parent.name and any(
            (parent.parent / (stem + suffix)).exists() for suffix in (".html", ".htm")
        ):
            return True
    return False
