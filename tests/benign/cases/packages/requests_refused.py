"""requests: a connection that is refused, and told as a connection that failed.
refused: socket
"""

import requests


def guest(box):
    try:
        requests.get("http://127.0.0.1:9/", timeout=1)
    except requests.exceptions.ConnectionError:
        return "failed"
