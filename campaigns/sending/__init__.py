"""Sending: leased chunks, limits, circuit breaker, the send loop, and what keeps it from sending twice."""
