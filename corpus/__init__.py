"""Everything that persists: pages, documents, removals, and what is made from them."""
