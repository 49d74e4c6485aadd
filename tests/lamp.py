"""A case of a saved page, for the tests of fixtures: a story about a lamp, and an appeal."""

PARAGRAPHS = [
    "The harbour master of Almsund has bought a lamp. It is brass, it weighs eleven kilos, and it"
    " hangs since Monday in the window of his office, where nobody had asked for it.",
    "He lights it at dusk and puts it out at dawn, he says, because a harbour without a light is a"
    " car park for boats. The town has paid for the wick and refuses to pay for the oil.",
    "Fishermen have begun to greet it. One of them, who is eighty, takes off his cap, and says that"
    " he has had worse conversations with harbour masters than with their lamp.",
]
APPEAL = "Support our newsroom: please donate today and keep our reporting free for everyone."
HTML = (
    "<html lang='en'><head><title>A lamp for the harbour</title></head><body><article>"
    + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    + f"<div class='donate-box'><p>{APPEAL}</p></div></article></body></html>"
)
BODY = "\n\n".join(PARAGRAPHS)
URL = "https://example.org/2024/05/a-lamp.html"


EXPECTED = (
    f'url = "{URL}"\nkeep = ["It is brass"]\ntext = """\n{BODY}\n"""\n'
    '[metadata]\ntitle = "A lamp for the harbour"\nlanguage = "en"\n'
    f'[[cut]]\ncategory = "donation"\ntext = "{APPEAL}"\n'
)


def write_case(folder, expected, page=HTML, name="page.html"):
    folder.mkdir(parents=True)
    if page is not None:
        (folder / name).write_text(page, encoding="utf-8")
    (folder / "expected.toml").write_text(expected, encoding="utf-8")
    return folder


def replace(case, old, new):
    path = case / "expected.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
