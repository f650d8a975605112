"""
A program is started as a server of mail.
harm: child
"""

import imaplib


def guest(world):
    world.attempt(imaplib.IMAP4_stream, f"touch {world.mark}")
