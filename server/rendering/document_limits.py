"""How much of a document is read: known to the child that reads it, and to the server that looks at its answer."""

MAX_PAGES = 2_000
MAX_CHARACTERS = 5_000_000
MAX_PAGE_CHARACTERS = 100_000
