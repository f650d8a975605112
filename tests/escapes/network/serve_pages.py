"""
The guest serves pages.
harm: listen
"""

import http.server


def guest(world):
    world.server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
