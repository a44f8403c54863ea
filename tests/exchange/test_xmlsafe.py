"""XML of strangers: a DTD that is only named is never loaded, and one that declares something is refused."""

import socket

import pytest

from dlquiz.errors import ContentError
from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.detect import guess
from dlquiz.exchange.xmlsafe import parse_xml

ONLY_NAMED = [
    '<!DOCTYPE quiz SYSTEM "ims_qtiasiv1p2p1.dtd">',
    '<!DOCTYPE quiz PUBLIC "-//IMS//DTD" "http://127.0.0.1/x.dtd">',
    "<!DOCTYPE quiz>",
    '<!doctype quiz SYSTEM "[ > .dtd">'.replace("doctype", "DOCTYPE"),
]
DECLARES = [
    '<!DOCTYPE quiz [<!ENTITY a "aaa">]>',
    '<!DOCTYPE quiz SYSTEM "x.dtd" [ <!ELEMENT quiz ANY> ]>',
    "<!DOCTYPE quiz []>",
    '<!DOCTYPE quiz SYSTEM "x.dtd" [ %more; ]>',
]


def truefalse(stem):
    return (
        f'<quiz><question type="truefalse"><name><text>q</text></name><questiontext format="html"><text>{stem}</text>'
        '</questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text>'
        "</answer></question></quiz>"
    )


def encoded(text, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return (head + text).encode(encoding)


@pytest.mark.parametrize("doctype", ONLY_NAMED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_doctype_that_only_names_a_dtd_changes_nothing(doctype, encoding):
    plain = parse_xml(encoded(truefalse("Is it?"), encoding), "f.xml")
    named = parse_xml(encoded(doctype + truefalse("Is it?"), encoding), "f.xml")
    assert (named.name, named.text) == (plain.name, plain.text)
    data = (doctype + truefalse("Is it?")).encode()
    assert guess(data, "f.xml").reader()(data, "f.xml").questions[0]["stem"] == "Is it?"


@pytest.mark.parametrize("doctype", DECLARES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_doctype_that_declares_something_is_refused(doctype, encoding):
    with pytest.raises(ContentError) as caught:
        parse_xml(encoded(doctype + truefalse("Is it?"), encoding), "f.xml")
    [found] = caught.value.findings
    assert "DOCTYPE" in found.message
    assert found.line == 2


def test_a_named_dtd_is_never_fetched():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        doctype = f'<!DOCTYPE quiz SYSTEM "http://127.0.0.1:{port}/quiz.dtd">'
        parse_xml((doctype + truefalse("It&nbsp;is.")).encode(), "f.xml")
        with pytest.raises(BlockingIOError):
            server.accept()


def test_entities_of_html_are_known_where_a_dtd_is_named():
    data = (ONLY_NAMED[0] + truefalse("2&nbsp;&times;&nbsp;2 &lt; 5 &nosuch;")).encode()
    assert FORMATS["moodle"].reader()(data, "f.xml").questions[0]["stem"] == "2 × 2 < 5 &nosuch;"


def test_an_unknown_entity_without_a_dtd_is_no_xml():
    with pytest.raises(ContentError, match="undefined entity"):
        parse_xml(truefalse("2&nbsp;").encode(), "f.xml")
