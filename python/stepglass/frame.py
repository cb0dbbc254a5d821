"""A record in a notebook: its page in a frame of its own, and a picture where frames do not get through."""

import html as markup
import os

from . import command

#: The first bytes of every PNG.
_PNG = b"\x89PNG\r\n\x1a\n"
#: A page larger than this is no good in a notebook, which is saved with it.
_MOST_PAGE = 64 << 20


def html(record):
    """The page in a frame without an origin: its scripts run, and reach neither the notebook nor the network."""
    page = _page(record)
    if page is None:
        return None
    return (
        '<iframe sandbox="allow-scripts" referrerpolicy="no-referrer" title="stepglass" '
        'style="width:100%;height:720px;border:1px solid #ccc" srcdoc="' + markup.escape(page, quote=True) + '"></iframe>'
    )


def png(record):
    """The picture of the attention; None where there is none."""
    beside = _beside(record, "attention.png")
    if beside is not None and beside.startswith(_PNG):
        return beside
    if record.attention is None:
        return None
    return _made(record, lambda path: command.output(["heatmap", path, "--output=-"]))


def _page(record):
    # Made anew and without an engine: what lies beside may be of another run, and a notebook keeps what it shows.
    page = _made(record, lambda path: command.output(["export", path, "--to=html", "--plain", "--output=-"]))
    if page is None or len(page) > _MOST_PAGE:
        return None
    return page.decode("utf-8")


def _made(record, make):
    """What the command makes of the record; None where there is no command, so that a notebook shows what it can."""
    try:
        if record.path is not None and os.path.isfile(record.path):
            return make(record.path)
        return None
    except command.CommandError:
        return None


def _beside(record, name):
    if record.path is None:
        return None
    try:
        with open(os.path.join(os.path.dirname(record.path), name), "rb") as file:
            return file.read(_MOST_PAGE)
    except OSError:
        return None
