"""Plain text in segments: a line each, wrapped paragraphs joined."""

import pytest

from cleaners.plaintext import segment_text

CASES = [
    ("One line.\nAnother line.", ["One line.", "Another line."]),
    ("One.\n\n\nTwo.", ["One.", "Two."]),
    ("  indented  text \r\n\r\nnext", ["indented text", "next"]),
    (
        "The committee met on Tuesday in the old town hall to hear from the\n"
        "residents of the three streets that were flooded in the spring and\n"
        "have been waiting since then for an answer from the water board and\n"
        "its insurers.",
        [
            "The committee met on Tuesday in the old town hall to hear from the "
            "residents of the three streets that were flooded in the spring and "
            "have been waiting since then for an answer from the water board and "
            "its insurers."
        ],
    ),
    ("", []),
]


@pytest.mark.parametrize(("text", "segments"), CASES)
def test_text_is_cut_into_the_paragraphs_of_its_writer(text, segments):
    assert [part.text for part in segment_text(text).segments] == segments
