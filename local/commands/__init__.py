"""One module for each group of the `convener` command."""
