"""
A certificate of the host's is read as an authority, and shown.
harm: secret
needs: cryptography
"""

import ssl
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "unit"))

import made_certificates


def host(world):
    made_certificates.make(world.outside)


def guest(world):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(world.outside / "ca.pem")
    if context.get_ca_certs():
        world.loot("the secret of the host")
