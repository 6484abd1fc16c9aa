"""Which site a page is from, by its URL: the host, with the prefixes of its other faces folded."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

FACE_RE = re.compile(r"(?:www\d?|amp|m|mobile)\.")
AMP_CACHE = ".cdn.ampproject.org"
AMP_VIEWER_RE = re.compile(r"/amp/(?:s/)?([\w.-]+)")
SCHEME_RE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")


def site_of(url: str) -> str:
    """
    Return the host of a URL without `www.`, `m.` and `amp.`, "" where there is none.

    A prefix stays where a public suffix would be left of the host (`amp.co.uk` is a site). Copies
    in the AMP cache and viewer count as the site that they show.

    >>> site_of("https://www.example.co.uk/news?id=1"), site_of("//m.example.org:8080/a")
    ('example.co.uk', 'example.org')
    >>> site_of("https://www-example-org.cdn.ampproject.org/c/s/a"), site_of("no url")
    ('example.org', '')
    """
    try:
        parts = urlsplit(url if SCHEME_RE.match(url) else "//" + url.removeprefix("//"))
        host = (parts.hostname or "").rstrip(".")
    except ValueError:  # such as an IPv6 address that is none
        return ""
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", host):
        return ""
    if host.endswith(AMP_CACHE):
        host = host.removesuffix(AMP_CACHE).replace("--", "\0").replace("-", ".").replace("\0", "-")
    elif shown := AMP_VIEWER_RE.match(parts.path) if ".google." in f".{host}" else None:
        host = shown[1].lower()
    faces = len(host) - len(_registered(host))  # what stands before it may be folded
    while (face := FACE_RE.match(host)) and face.end() <= faces:
        host, faces = host[face.end() :], faces - face.end()
    return host


def with_hosts(sites: Iterable[str]) -> tuple[str, ...]:
    """
    Return names of sites as somebody wrote them, each also as the site that it is if it is a URL.

    >>> with_hosts(["www.example.org", "news.example.org", "my-folder"])
    ('www.example.org', 'example.org', 'news.example.org', 'my-folder')
    """
    every = (name for site in sites for name in (site, site_of(site)) if name)
    return tuple(dict.fromkeys(every))


def _registered(host: str) -> str:
    """Return the name that somebody registered below a public suffix; if unknown, two labels."""
    from tld import get_tld  # its list of suffixes takes a moment to load

    found = get_tld(f"http://{host}", as_object=True, fail_silently=True)
    return found.fld if found else ".".join(host.rsplit(".", 2)[-2:])  # type: ignore[union-attr]
