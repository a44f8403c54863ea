"""Python code and lessons in colours that can be read on a dark and on a light terminal.

Most themes of colours are made for one background: on the other one, their names or keywords cannot be seen. So text
keeps the terminal's own colour here, and what should stand out is bold, dim, or magenta, which has the same contrast
on black as on white.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.markdown import Markdown
    from rich.syntax import ANSISyntaxTheme

_MARKED: Final = "magenta"
STYLES: Final = {
    "markdown.code": _MARKED,
    "markdown.code_block": "none",
    "markdown.h1": "bold underline",
    "markdown.h2": "bold",
    "markdown.h3": "bold italic",
    "markdown.h4": "italic",
    "markdown.item.number": "bold",
    "markdown.link": "underline",
    "markdown.link_url": "underline",
    "markdown.list": "none",
    "markdown.block_quote": "italic",
    "markdown.table.border": "dim",
    "markdown.table.header": "bold",
    "markdown.kbd": "bold",
}
"""The styles of rich that have a colour for one background only, replaced."""


def _theme() -> "ANSISyntaxTheme":
    from rich.style import Style
    from rich.syntax import ANSISyntaxTheme

    return ANSISyntaxTheme(
        {
            ("Comment",): Style(dim=True),
            ("Keyword",): Style(bold=True),
            ("Operator", "Word"): Style(bold=True),
            ("Name", "Function"): Style(bold=True),
            ("Name", "Class"): Style(bold=True),
            ("Literal", "String"): Style(color=_MARKED),
        }
    )


def coloured_code(source: str) -> str:
    """Return Python source with ANSI colours; its lines are as long as they are, so that nothing of them is cut."""
    from rich.console import Console
    from rich.syntax import Syntax

    text = Syntax("", "python", theme=_theme()).highlight(source)
    console = Console(force_terminal=True, color_system="standard", no_color=False, width=80)
    with console.capture() as captured:
        console.print(text, soft_wrap=True, end="")
    return captured.get()


def lesson(markdown: str) -> "Markdown":
    """Return a lesson as rich draws it: code blocks stand indented, without frames and empty lines around them."""
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.markdown import CodeBlock, Markdown
    from rich.padding import Padding
    from rich.syntax import Syntax

    class Code(CodeBlock):
        def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
            code = Syntax(str(self.text).rstrip(), self.lexer_name, theme=_theme(), word_wrap=True)
            yield Padding(code, (0, 0, 0, 4))

    class Lesson(Markdown):
        elements = {**Markdown.elements, "fence": Code, "code_block": Code}  # noqa: RUF012  as in the base class

    # Links are written out: not every terminal can open them.
    return Lesson(markdown, hyperlinks=False)
