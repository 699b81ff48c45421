"""Parsing the Markdown of editors, and rendering it as safe HTML for mails."""

from __future__ import annotations

from collections.abc import Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from convener.sessions.series import Palette

TAGS = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr"}


def _safe_link(url: str) -> bool:
    """Return whether a mail may have the link: https and mailto only. Any other link is shown as typed."""
    return url.lower().startswith(("https://", "mailto:"))


def parse(text: str) -> list[Token]:
    """Parse CommonMark. Raw HTML is shown as typed. A picture is replaced by its alternative text."""
    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = _safe_link  # type: ignore[method-assign]
    tokens = parser.parse(text)
    for token in tokens:
        if token.children:
            token.children = [_without_picture(child) for child in token.children]
    return tokens


def _without_picture(token: Token) -> Token:
    return Token("text", "", 0, content=token.content) if token.type == "image" else token


def to_html(text: str, palette: Palette) -> str:
    """Render Markdown as safe HTML with inline styles.

    Headings become bold paragraphs, so that the order of the mail's own headings stays right.
    """
    tokens = [_styled(token, palette) for token in _without_headings(parse(text))]
    unsafe = MarkdownIt("commonmark", {"html": False}).renderer.render(tokens, MarkdownIt("commonmark").options, {})
    return nh3.clean(
        unsafe,
        tags=TAGS,
        attributes={
            **{tag: {"style", "class"} for tag in TAGS},
            "a": {"href", "style", "class"},
            "ol": {"start", "style"},
        },
        url_schemes={"https", "mailto"},
        link_rel=None,
    ).strip()


def _without_headings(tokens: Sequence[Token]) -> Sequence[Token]:
    """Turn headings into bold paragraphs."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            words = tokens[number + 1]
            words.children = [
                Token("strong_open", "strong", 1),
                *(words.children or ()),
                Token("strong_close", "strong", -1),
            ]
        if token.type in ("heading_open", "heading_close"):
            token.tag = "p"
    return tokens


def _styled(token: Token, palette: Palette) -> Token:
    styles = {
        "p": "margin:0 0 14px",
        "ul": "margin:0 0 14px;padding-left:22px",
        "ol": "margin:0 0 14px;padding-left:22px",
        "li": "margin:0 0 4px",
        "blockquote": f"margin:0 0 14px;padding-left:14px;border-left:3px solid {palette.line}",
        "pre": "margin:0 0 14px;white-space:pre-wrap;font-size:14px",
        "hr": f"margin:0 0 14px;border:0;border-top:1px solid {palette.line}",
        "a": f"color:{palette.accent};text-decoration:underline",
    }
    if token.nesting >= 0 and token.tag in styles:
        token.attrSet("style", styles[token.tag])
        if token.tag == "a":
            token.attrSet("class", "link")
            token.attrs.pop("title", None)
    for child in token.children or ():
        _styled(child, palette)
    return token
