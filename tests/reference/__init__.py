"""A second calculation of a scenario, written from docs/model.md alone."""
