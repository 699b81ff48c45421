"""Rendering Markdown as plain text: wrapped lines, and the address of a link in brackets behind its words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from convener.editions.formatting import TEXT_WIDTH
from convener.editions.markdown import parse


def to_text(text: str, width: int = TEXT_WIDTH) -> str:
    """Render Markdown as plain text with lines of at most `width` characters."""
    return "\n\n".join(_block(node, width) for node in SyntaxTreeNode(parse(text)).children)


def wrap(text: str, width: int = TEXT_WIDTH, first: str = "", rest: str = "") -> str:
    """Wrap a text at `width` characters. Line breaks stay, and long addresses are not cut.

    `first` is put before the first line, `rest` before each further line.
    """
    return "\n".join(
        textwrap.fill(
            line,
            width,
            initial_indent=first if number == 0 else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, line in enumerate(text.split("\n"))
    )


def _block(node: SyntaxTreeNode, width: int) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            return _list(node, width)
        case "blockquote":
            return textwrap.indent(_blocks(node, width - 2), "> ", lambda _: True)
        case "code_block" | "fence":
            return textwrap.indent(node.content.rstrip("\n"), "    ")
        case "hr":
            return "-" * 24
        case _:
            return wrap(_inline(node), width)


def _blocks(node: SyntaxTreeNode, width: int) -> str:
    return "\n\n".join(_block(child, width) for child in node.children)


def _list(node: SyntaxTreeNode, width: int) -> str:
    start = int(node.attrs.get("start", 1))
    tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    lines = []
    for number, item in enumerate(node.children, start):
        bullet = "- " if node.type == "bullet_list" else f"{number}. "
        body = ("\n" if tight else "\n\n").join(_block(child, width - len(bullet)) for child in item.children)
        lines.append(bullet + textwrap.indent(body, " " * len(bullet))[len(bullet) :])
    return ("\n" if tight else "\n\n").join(lines)


def _inline(node: SyntaxTreeNode) -> str:
    tokens = [child for token in node.to_tokens() for child in token.children or ()]
    return _words(tokens)


def _words(tokens: Sequence[Token]) -> str:
    written, links = "", []
    for token in tokens:
        match token.type:
            case "softbreak":
                written += " "
            case "hardbreak":
                written += "\n"
            case "link_open":
                links.append((len(written), str(token.attrs["href"]).removeprefix("mailto:")))
            case "link_close":
                begin, target = links.pop()
                written += "" if written[begin:] == target else f" ({target})"
            case _:
                written += token.content
    return written
