"""How the current code reads and writes each stored format: the only modules here that name its classes and fields.

When a class, a method or a field of `functions/convener/` gets another name, change these modules and nothing else in
`tests/formats/`. The keys of facts are the names that the samples use. They never change.
"""
