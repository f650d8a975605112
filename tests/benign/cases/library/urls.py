"""Addresses on the web, messages, cookies, pages of text."""

import email.message
import html
import http.cookies
import urllib.parse
import urllib.request


def guest(box):
    message = email.message.EmailMessage()
    message["Subject"] = "hello"
    message.set_content("text")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    request = urllib.request.Request("http://host.example/path?x=1")
    return (
        urllib.parse.urlsplit("http://u@host.example:80/p")[1],
        request.host,
        len(list(message.walk())),
        http.cookies.SimpleCookie("a=1")["a"].value,
        html.unescape("&amp;"),
        urllib.request.getproxies() is not None,
    )
