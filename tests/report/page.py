"""What a browser would see in a page: read with the standard library's parser."""
import base64
import hashlib
import json
import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags with their attributes in order, and the text between them; scripts and styles apart."""

    VOID = {"meta", "img", "br", "link", "rect", "input"}

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.words, self.scripts = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, "</{}> closes {}".format(tag, self.open[-1:])
        self.open.pop()

    def handle_data(self, data):
        if self.open[-1:] == ["script"]:
            self.scripts.append(data)
        elif self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def pngs(self):
        """Bytes of every image; fails for one that is not in the page itself."""
        prefix = "data:image/png;base64,"
        sources = [image["src"] for image in self.all("img")]
        assert all(source.startswith(prefix) for source in sources)
        return [base64.b64decode(source[len(prefix):], validate=True) for source in sources]

    def panels(self):
        """What each image says of itself to the script."""
        return [json.loads(panel["data-panel"]) for panel in self.all("div") if "data-panel" in panel]

    def _assert_one_script(self):
        """None, or data and the one script that the page's policy lets run, by its hash; nothing else can."""
        policy = [meta["content"] for meta in self.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert len(policy) == 1
        allowed = re.findall(r"script-src ([^;]*)", policy[0])
        if not self.all("script"):
            assert not allowed
            return
        assert self.all("script") == [{"type": "application/json", "id": "for-script"}, {}]
        data, script = self.scripts
        json.loads(data)
        assert allowed == ["'sha256-{}'".format(
            base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii"))]

    def assert_sound(self):
        """Complete, loads nothing from anywhere, and can be read by ear."""
        assert not self.open, "never closed: {}".format(self.open)
        assert all(png.startswith(b"\x89PNG\r\n\x1a\n") for png in self.pngs())
        assert not [tag for tag, _ in self.tags if tag in ("link", "iframe", "object", "embed", "base")]
        self._assert_one_script()
        addresses = [value for _, attributes in self.tags for name, value in attributes.items()
                     if name in ("href", "srcset", "action", "xlink:href", "data", "poster")]
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        assert all(address.startswith("#") and address[1:] in ids for address in addresses)
        assert len(ids) == len(set(ids))
        assert not [name for _, attributes in self.tags for name in attributes if name.startswith("on")]
        assert all("alt" in image for image in self.all("img"))
        assert [attributes.get("lang") for attributes in self.all("html")] == ["en"]
        levels = [int(tag[1]) for tag, _ in self.tags if tag in ("h1", "h2", "h3")]
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(below - above <= 1 for above, below in zip(levels, levels[1:])), "a level of headings is left out"
        referred = [attributes["aria-labelledby"] for _, attributes in self.tags if "aria-labelledby" in attributes]
        assert set(referred) <= set(ids)
