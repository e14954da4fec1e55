"""docs/proof.md, written by `make proof` from the results that `make sabotage` and `make torture` leave behind."""
