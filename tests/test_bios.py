"""Notes on authors go, portraits and obituaries stay."""

import pytest

from cleaners import Document, clean_text
from cleaners.bios import leading_name

STORY = (
    "The last boat had left in the autumn of 2013, and few expected that another would follow.",
    "Council members had argued about the cost of the landing stage until the spring, when the "
    "regional government offered to pay for half of it.",
    "On Tuesday the first passengers went on board, among them Ruth Alder, who keeps the shop on "
    "the eastern shore and had waited eleven years for this.",
    "The timetable is a trial until October, and the council will decide again in the winter.",
)
GERMAN = (
    "Das letzte Boot war im Herbst 2013 abgefahren, und kaum jemand hatte mit einem neuen gerechnet.",
    "Im Rat wurde bis zum Frühjahr über die Kosten des Anlegers gestritten, dann bot das Land an, "
    "die Hälfte zu bezahlen.",
    "Der Fahrplan gilt zur Probe bis Oktober, und im Winter wird der Rat noch einmal entscheiden.",
)


def left_of(note: str, story: tuple[str, ...], at: int) -> bool:
    """Return whether a note put into a story is still there after cleaning."""
    document = clean_text("\n\n".join((*story[:at], note, *story[at:])))
    assert isinstance(document, Document)
    return note in document.text


@pytest.mark.parametrize("at", [2, len(STORY)], ids=["amid", "at the end"])
@pytest.mark.parametrize(
    "note",
    [
        "Nina Harrow is a reporter and covers transport for the Gazette. She lives in Leeds.",
        "Prof. Tom Lange teaches maritime history at the University of Bergen and is the author "
        "of two books on lighthouses.",
    ],
)
def test_a_note_on_somebody_the_story_does_not_name_is_cut(note: str, at: int):
    assert not left_of(note, STORY, at)


@pytest.mark.parametrize(
    "note",
    [
        "Ruth Alder is a writer, too: she has written about the ferry in three books.",
        "Nina Harrow was a reporter who covered transport for the Gazette; she died in May.",
        "Several journalists have written about the ferry, and one of them lives in the village.",
        "Nina Harrow, a nurse from Leeds, took the first boat and found it half empty.",
        "Nina Harrow is the harbour's first pilot; her predecessor left for Norway in the spring.",
        "“Nina Harrow covers transport for the Gazette and teaches at the university,” the mayor "
        "said, and introduced her to the crew.",
        "Reporters from Leeds and a photographer stood on the quay before seven in the morning.",
        "He lived above the shop, wrote at night and taught at the school across the water.",
    ],
    ids=[
        "somebody in the story",
        "an obituary",
        "no name",
        "a passenger",
        "what she is to the story",
        "a quotation",
        "reporters at work",
        "a memoir",
    ],
)
def test_prose_about_people_stays(note: str):
    assert left_of(note, STORY, 2)


def test_a_note_in_another_language_goes_with_the_name_above_it():
    note = (
        "Nina Harms\n\nBerichtet seit neun Jahren über Gerichte. Sie lebt mit zwei Hunden in Husum."
    )
    document = clean_text("\n\n".join((*GERMAN, note)))
    assert isinstance(document, Document)
    assert "Nina Harms" not in document.text
    assert "Husum" not in document.text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dr. Ina van Holm covers the islands", ["ina", "van", "holm"]),
        ("Reporter: J. P. Weir, Tromsø", []),
        ("Author: Jonas Weir, Tromsø", ["jonas", "weir"]),
        ("Марта Одинцова — корреспондент", ["марта", "одинцова"]),
        ("The ferry leaves", []),
    ],
)
def test_a_name_is_read_off_the_start_of_a_text(text: str, name: list[str]):
    assert leading_name(text)[0] == name
