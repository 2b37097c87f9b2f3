"""The input form for a new region: written empty, and read as a scenario; and how a file of others is opened."""
