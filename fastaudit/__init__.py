"""Decide, inside one ordinary Python process, what a block of code may touch."""
