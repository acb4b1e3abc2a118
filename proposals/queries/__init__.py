"""Reads of step 1, by what they read: programmes, proposals, letters."""
