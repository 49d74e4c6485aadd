"""Processes for tests: a crawl runs once in a process, since Scrapy's reactor does.

They come from a server that has the crawler and the cleaners loaded, which is most of what a new
process costs; the `winnow` command is run in such a one, too.
"""

import multiprocessing
import os
import subprocess
import sys
import warnings
from multiprocessing import forkserver
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOADED = (
    "crawler.cli",
    "cleaners.cleaning",
    "corpus.enrich",
    # What Scrapy loads when a crawl begins: half of the processor time of a small crawl.
    "scrapy.core.downloader.handlers.http11",
    "scrapy.downloadermiddlewares.cookies",
)


def start_server():
    """Start the server, which cleaning pools of this process use, too, with all that is needed."""
    context().set_forkserver_preload(list(LOADED))
    forkserver.ensure_running()


def context():
    """Return how test processes start."""
    return multiprocessing.get_context("forkserver")


def in_child(target, *arguments, seconds=60):
    """Run a function in a process of its own, which must end by itself and well."""
    child = context().Process(target=target, args=arguments)
    child.start()
    child.join(seconds)
    ended = child.exitcode
    child.kill()
    child.join()
    assert ended == 0, "did not end" if ended is None else f"ended with {ended}"


class Winnow:
    """The `winnow` command in a process of its own, with its streams in files of a folder."""

    def __init__(self, folder, *arguments, cwd=ROOT):
        number = len(list(Path(folder).glob("*.stderr")))
        self.files = [Path(folder, f"{number}.{name}") for name in ("stdout", "stderr")]
        for file in self.files:
            file.touch()
        words = [str(word) for word in arguments]
        self.process = context().Process(target=_winnow, args=(words, self.files, cwd))
        self.process.start()

    def poll(self):
        """Return the exit code, None while it runs."""
        return self.process.exitcode

    def signal(self, number):
        """Send the process a signal."""
        os.kill(self.process.pid, number)

    def end(self, seconds=120):
        """Wait for its end; return its exit code and what it wrote."""
        self.process.join(seconds)
        code = self.process.exitcode
        self.process.kill()
        self.process.join()
        out, err = (file.read_text(encoding="utf-8") for file in self.files)
        assert code is not None, f"did not end: {out}{err}"
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess((), code, out, err)

    def kill(self):
        """End it at once."""
        self.process.kill()
        self.process.join()


def _winnow(words, files, cwd):
    import winnow  # noqa: PLC0415 (here, in the new process)

    for stream, file in zip((1, 2), files, strict=True):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND), stream)
    os.chdir(cwd)
    warnings.simplefilter("error", DeprecationWarning)
    sys.argv = ["winnow", *words]
    winnow.main()
