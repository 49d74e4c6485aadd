"""Block by block: every block of a page has its place and its verdict."""

from cleaners.records import Block, Document, Metadata, Removal
from corpus.explain import verdicts

BLOCKS = [Block(n, "paragraph", f"Block {n}. Give now! The end.") for n in range(4)]


def test_blocks_come_in_the_pages_order_with_what_was_cut_of_them():
    rest = Block(2, "paragraph", "Block 2. The end.")
    menu = Removal(BLOCKS[0], "navigation", "judge", "judge", "a menu")
    end = Removal(BLOCKS[2], "other", "rule", "end", "an end", span=(19, 27))
    ask = Removal(BLOCKS[2], "donation", "rule", "ask", "asks for money", span=(9, 18))
    document = Document(None, Metadata(), "…", (BLOCKS[1], rest, BLOCKS[3]), (menu, end, ask))
    first, second, third, fourth = verdicts(document)
    assert (first.kept, first.removals) == (False, (menu,))
    assert (second.kept, second.removals, second.block) == (True, (), BLOCKS[1])
    assert (third.kept, third.removals, third.block) == (True, (ask, end), BLOCKS[2])
    assert [removal.text for removal in third.removals] == ["Give now!", "The end."]
    assert fourth.block.index == 3


def test_a_block_that_was_cut_in_two_steps_is_shown_whole():
    rest = Removal(Block(0, "paragraph", "Block 0. The end."), "template", "template", "r", "e")
    ask = Removal(BLOCKS[0], "donation", "rule", "ask", "asks for money", span=(9, 18))
    (verdict,) = verdicts(Document(None, Metadata(), "", (), (ask, rest)))
    assert (verdict.kept, verdict.block) == (False, BLOCKS[0])
