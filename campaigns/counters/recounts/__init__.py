"""Counting again what the counters say, and putting right what differs."""
