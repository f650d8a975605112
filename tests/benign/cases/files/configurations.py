"""Files of settings in each format of the standard library."""

import configparser
import csv
import json
import plistlib
import tomllib
import xml.etree.ElementTree as tree


def guest(box):
    parser = configparser.ConfigParser()
    parser["section"] = {"key": "value"}
    with open(box / "ini", "w") as file:
        parser.write(file)
    with open(box / "csv", "w", newline="") as file:
        csv.DictWriter(file, ["a", "b"]).writerow({"a": 1, "b": 2})
    (box / "toml").write_text("[a]\nb = 1\n")
    (box / "plist").write_bytes(plistlib.dumps({"a": 1}))
    tree.ElementTree(tree.Element("root")).write(box / "xml")
    (box / "json").write_text(json.dumps([1]))
    with open(box / "toml", "rb") as file:
        return tomllib.load(file), tree.parse(box / "xml").getroot().tag, parser.read(box / "ini") != []
