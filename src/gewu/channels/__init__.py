"""Outside protocols: a folder each, with adapter, samples, contract tests and a page about it."""
