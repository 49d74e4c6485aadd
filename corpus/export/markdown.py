"""A document as Markdown, by the kinds of its blocks."""

from __future__ import annotations

from cleaners.records import Block, Document


def markdown(document: Document) -> str:
    """Return the title and the kept blocks as Markdown."""
    title = document.metadata.title
    parts = [f"# {title}\n"] if title else []
    previous: Block | None = None
    for block in document.blocks:
        together = previous is not None and previous.kind == block.kind == "item"
        parts.append(("" if together or previous is None else "\n") + _block(block))
        previous = block
    return "\n".join(parts) + "\n"


def _block(block: Block) -> str:
    """Return one block, without the blank line before it."""
    text = block.text
    if block.kind == "heading":
        return "#" * min(6, max(2, block.level or 2)) + " " + " ".join(text.split())
    if block.kind == "item":
        return "  " * max(0, block.level - 1) + "- " + " ".join(text.split())
    if block.kind == "quote":
        return "\n".join(f"> {line}" for line in text.splitlines())
    if block.kind == "code":
        fence = "```" if "```" not in text else "````"
        return f"{fence}\n{text}\n{fence}"
    return text
