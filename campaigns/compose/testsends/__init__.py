"""Test sends: one to five own numbers get what a real recipient would get. They go through the ordinary engine."""
