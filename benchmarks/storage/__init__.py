"""What the store and its learning cost, and how well they find templates and near-duplicates."""
