"""The fields of an exported document: a table of names, types and where each comes from.

The order of the table is the order of the columns. `reading` fetches them, the formats write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cleaners.errors import OperatorError

Plain = Literal["int", "float", "bool", "text", "time", "texts"]
Type: TypeAlias = Plain | tuple[tuple[str, "Type"], ...]
"""A column's type; a tuple of named types stands for a list of such records."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type, what it holds, and its SQL over `documents` where that is not its name.

    `extra` fields come only when asked for;
    `prose` is text in which redaction looks; `few` values repeat, so a dictionary pays.
    """

    name: str
    type: Type
    about: str
    sql: str = ""
    extra: bool = False
    prose: bool = False
    few: bool = False

    @property
    def expression(self) -> str:
        """The SQL that gives the field's value."""
        return self.sql or f"documents.{self.name}"


OPT_OUT: Type = (
    ("signal", "text"),
    ("value", "text"),
    ("place", "text"),
    ("reserved", "bool"),
)
REMOVAL: Type = (
    ("position", "int"),
    ("kind", "text"),
    ("category", "text"),
    ("stage", "text"),
    ("rule", "text"),
    ("evidence", "text"),
    ("score", "float"),
    ("text", "text"),
)
LINK: Type = (("start", "int"), ("end", "int"), ("href", "text"))
SPAN: Type = (
    ("kind", "text"),
    ("level", "int"),
    ("start", "int"),
    ("end", "int"),
    ("links", LINK),
)
PLACE: Type = (("field", "text"), ("place", "text"))

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("id", "int", "the document's number in its corpus"),
        Field("url", "text", "the address that the page came from, after redirects"),
        Field("site", "text", "the site that the page counts to", few=True),
        Field("source", "text", "the source that it was crawled or imported for", few=True),
        Field("title", "text", "the title", prose=True),
        Field("authors", "texts", "the authors' names", prose=True),
        Field("published", "text", "when it was published: an ISO 8601 date or time"),
        Field("modified", "text", "when it was changed last: an ISO 8601 date or time"),
        Field("dek", "text", "the summary or subtitle", prose=True),
        Field("section", "text", "the section of the site", few=True),
        Field("tags", "texts", "keywords of the page", prose=True),
        Field("image", "text", "the address of the main picture"),
        Field("canonical_url", "text", "the address that the page names as its own"),
        Field("site_name", "text", "what the site calls itself", few=True),
        Field("content_type", "text", "what the page is: article, product …", few=True),
        Field("language", "text", "the language: a BCP 47 tag, und where undetermined", few=True),
        Field("language_confidence", "float", "how sure the language is, 0 to 1"),
        Field("licence", "text", "the licence: an SPDX identifier, or the page's words", few=True),
        Field("opt_outs", OPT_OUT, "signals about mining and training"),
        Field("words", "int", "words of the text; in scripts without spaces characters"),
        Field("text", "text", "the body, paragraphs a blank line apart", prose=True),
        Field("text_sha256", "text", "SHA-256 of the text in UTF-8"),
        Field("cleaner_version", "text", "the version of the rules that cleaned it", few=True),
        Field("fetched_at", "time", "when the page was fetched (UTC)"),
        Field("image_caption", "text", "the main picture's caption", extra=True, prose=True),
        Field("amp_url", "text", "the address of the AMP version", extra=True),
        Field("cleaned_at", "time", "when it was cleaned (UTC)", extra=True),
        Field("duplicate_of", "int", "the number of the document that it duplicates", extra=True),
        Field("similarity", "float", "how alike they are, 0 to 1", extra=True),
        Field("quality", "float", "how like prose, 0 to 1", "quality(documents.text)", extra=True),
        Field("structure", SPAN, "blocks of the text", extra=True),
        Field("provenance", PLACE, "where each field came from", extra=True),
        Field(
            "removals",
            REMOVAL,
            "what was cut, by which stage and rule, and why",
            "NULL",
            extra=True,
            prose=True,
        ),
    )
}
DEFAULT = tuple(field.name for field in FIELDS.values() if not field.extra)


def chosen(names: Sequence[str], with_removals: bool) -> tuple[Field, ...]:
    """Return the fields of these names, in the order given; of no names the usual ones."""
    unknown = [name for name in names if name not in FIELDS]
    if unknown:
        raise OperatorError(
            f"export: --fields: no field {', '.join(map(repr, unknown))};"
            f" choose from {', '.join(FIELDS)}"
        )
    wanted = dict.fromkeys(names or DEFAULT)
    if with_removals:
        wanted["removals"] = None
    return tuple(FIELDS[name] for name in wanted)
