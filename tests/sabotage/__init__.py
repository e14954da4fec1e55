"""Known ways to break the product, each with the tests that have to notice."""
