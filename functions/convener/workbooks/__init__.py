"""Excel workbooks: whether one is safe to open, and what its cells say. For every part that reads files people made."""
