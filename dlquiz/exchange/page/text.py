r"""Our Markdown as XHTML, for formats that show HTML. No tag of the author passes, no picture is loaded.

How formulas look is the caller's choice: ``\(x\)`` for learning platforms and Anki, MathML for our own page.
"""

from collections.abc import Callable, MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

Formula = Callable[[str, bool], str]
"""Makes XHTML of a formula's LaTeX; the second argument says whether it stands on a line of its own."""


def marked(latex: str, display: bool) -> str:
    r"""Write a formula as ``\(x\)``: Canvas, Moodle and Anki show it with MathJax."""
    return rf"\[{escape(latex)}\]" if display else rf"\({escape(latex)}\)"


def to_html(markdown: str, formula: Formula = marked) -> str:
    """Return Markdown as XHTML blocks. Line ends stay line ends."""
    return str(_parser(formula).render(markdown)).strip()


def to_inline_html(markdown: str, formula: Formula = marked) -> str:
    """Return Markdown as XHTML that may stand in a line; a text of several lines keeps its blocks."""
    if "\n" in markdown.strip():
        return to_html(markdown, formula)
    return str(_parser(formula).renderInline(markdown.strip()))


@lru_cache(maxsize=4)
def _parser(formula: Formula) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True, "breaks": True, "linkify": False})
    parser.enable("table")
    # "&lt;" in a text is what its author sees in the terminal, too.
    parser.disable("entity")
    dollarmath_plugin(parser, allow_labels=False, allow_space=False, allow_digits=False, double_inline=False)

    def picture(
        renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return escape(tokens[index].content)  # the words that describe it

    def math(display: bool) -> Callable[..., str]:
        def rule(
            renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
        ) -> str:
            made = formula(" ".join(tokens[index].content.split()), display)
            return f"<p>{made}</p>\n" if display else made

        return rule

    def fence(
        renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]
    ) -> str:
        return f"<pre><code>{escape(tokens[index].content.removesuffix(chr(10)))}</code></pre>\n"

    parser.add_render_rule("image", picture)
    parser.add_render_rule("fence", fence)
    parser.add_render_rule("code_block", fence)
    parser.add_render_rule("math_inline", math(display=False))
    parser.add_render_rule("math_block", math(display=True))
    return parser
