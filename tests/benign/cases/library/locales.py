"""Locales, encodings and normal forms."""

import codecs
import gettext
import locale
import unicodedata


def guest(box):
    return (
        locale.getlocale() is not None,
        codecs.lookup("latin-1").name,
        "ä".encode("idna"),
        unicodedata.normalize("NFD", "ä"),
        gettext.gettext("nothing"),
        b"\xe4".decode("cp1252"),
    )
