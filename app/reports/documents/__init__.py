"""Bytes from plain facts: Word, pictures for slides, PDF."""
