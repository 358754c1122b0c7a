"""Telling people outside: who wants to know what, by e-mail or webhook."""
