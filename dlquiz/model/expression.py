"""Arithmetic that an author may write in a question, read without ever running it.

An expression is parsed by Python's own parser, and every node of the tree must be one
that stands below; nothing else is evaluated. Whole numbers and decimals are exact
(`fractions.Fraction`): 0.1 + 0.2 is 0.3 here. Roots, exponentials and logarithms are floats.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

Quantity: TypeAlias = Fraction | float

MAX_TEXT = 200
_MAX_BITS = 2048
_SIGNIFICANT = 15

_TWO: dict[type[ast.operator], Callable[[Quantity, Quantity], Quantity]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: Fraction(math.floor(a / b)),
    ast.Mod: lambda a, b: a - b * math.floor(a / b),
}
_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Quantity]]] = {
    # name: (fewest arguments, most arguments, function)
    "abs": (1, 1, abs),
    "ceil": (1, 1, lambda a: Fraction(math.ceil(a))),
    "exp": (1, 1, lambda a: math.exp(a)),
    "floor": (1, 1, lambda a: Fraction(math.floor(a))),
    "log": (1, 1, lambda a: math.log(a)),
    "log10": (1, 1, lambda a: math.log10(a)),
    "log2": (1, 1, lambda a: math.log2(a)),
    "max": (2, 8, max),
    "min": (2, 8, min),
    "round": (1, 2, lambda a, digits=Fraction(0): _rounded(a, digits)),
    "sqrt": (1, 1, lambda a: math.sqrt(a)),
}
FUNCTIONS = frozenset(_FUNCTIONS)
"""The names of the functions that an expression may call; ``log`` is the natural logarithm."""

_SIGNS: dict[type[ast.operator | ast.unaryop], str] = {
    ast.BitXor: "^", ast.BitAnd: "&", ast.BitOr: "|", ast.LShift: "<<", ast.RShift: ">>", ast.MatMult: "@",
    ast.Invert: "~", ast.Not: "not",
}  # fmt: skip
_FORMAT = re.compile(r"(,?)(?:\.(\d{1,2})([feg%]))?")


class ExpressionError(ValueError):
    """An expression that cannot be read or has no value; the message says why."""


def evaluate(text: str, names: Mapping[str, Quantity]) -> Quantity:
    """Return the value of an expression.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / // % **``, parentheses and the functions of `FUNCTIONS`.
    names : mapping of str to Fraction or float
        The values of the names that it may use.

    Raises
    ------
    ExpressionError
        It is not such an expression, is too large, or divides by zero.

    Examples
    --------
    >>> evaluate("ceil(n / b)", {"n": Fraction(1000), "b": Fraction(32)})
    Fraction(32, 1)
    """
    tree = _parsed(text)
    try:
        value = _value(tree, text, names)
    except ZeroDivisionError:
        raise ExpressionError("it divides by zero") from None
    except OverflowError:
        raise ExpressionError("its value is too large") from None
    except ExpressionError:
        raise
    except ValueError as error:  # the logarithm of 0, the root of -1
        raise ExpressionError(f"it has no value ({error})") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("its value is not a finite number")
    return value


@lru_cache(maxsize=2048)
def _parsed(text: str) -> ast.expr:
    source = text.strip()
    if len(source) > MAX_TEXT:
        raise ExpressionError(f"it has {len(source)} characters; {MAX_TEXT} are allowed")
    try:
        return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ExpressionError("it is not an expression such as ceil(n / b)") from None


def _value(node: ast.expr, text: str, names: Mapping[str, Quantity]) -> Quantity:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return _literal(node, text)
        case ast.Name(id=name):
            return _named(name, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, text, names)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, text, names)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, text, names), _value(right, text, names))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _TWO:
            return _small(_TWO[type(operator)](_value(left, text, names), _value(right, text, names)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _called(name, [_value(argument, text, names) for argument in arguments])
        case ast.BinOp(op=operator) | ast.UnaryOp(op=operator):
            power = "; a power is **" if isinstance(operator, ast.BitXor) else ""
            raise ExpressionError(f"'{_SIGNS.get(type(operator), 'this sign')}' is not allowed in it{power}")
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            functions = ", ".join(sorted(_FUNCTIONS))
            raise ExpressionError(f"the function '{name}' is not allowed in it; there are {functions}")
    raise ExpressionError(f"'{ast.unparse(node)[:40]}' is not allowed in it")


def _literal(node: ast.Constant, text: str) -> Quantity:
    # The written digits, not the float that Python made of them: 0.1 is one tenth.
    source = text.strip()
    if source.isascii() and node.lineno == node.end_lineno == 1:
        return _number(source[node.col_offset : node.end_col_offset])
    return _number(ast.get_source_segment(source, node) or str(node.value))


@lru_cache(maxsize=2048)
def _number(written: str) -> Quantity:
    digits = written.replace("_", "")
    try:
        exponent = abs(int(digits.lower().partition("e")[2] or 0))
        value = Fraction(digits) if exponent <= 400 else Fraction(float(digits))
    except ValueError:  # 0x10: allowed by Python, and harmless
        value = Fraction(int(digits, 0))
    return _small(value)


def _named(name: str, names: Mapping[str, Quantity]) -> Quantity:
    if name not in names:
        known = f"; the names here are {', '.join(sorted(names))}" if names else ""
        raise ExpressionError(f"'{name}' is not a number parameter{known}")
    return names[name]


def _called(name: str, arguments: list[Quantity]) -> Quantity:
    fewest, most, function = _FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        raise ExpressionError(f"{name}() takes {wanted} values, found {len(arguments)}")
    return _small(function(*arguments))


def _power(base: Quantity, exponent: Quantity) -> Quantity:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        size = max(base.numerator.bit_length(), base.denominator.bit_length())
        if size * abs(exponent.numerator) > _MAX_BITS:
            raise ExpressionError("its value is too large")
        return Fraction(base**exponent.numerator)
    value: float | complex = float(base) ** float(exponent)
    if isinstance(value, complex):
        raise ExpressionError("it has no real value")
    return value


def _rounded(value: Quantity, digits: Quantity) -> Quantity:
    if digits != int(digits) or not 0 <= digits <= 12:
        raise ExpressionError("round() takes 0 to 12 digits")
    # Halves away from zero, as at school; Python's own round() goes to the even neighbour.
    scaled = abs(Fraction(value)) * 10 ** int(digits)
    return Fraction(math.floor(scaled + Fraction(1, 2)), 10 ** int(digits)) * (1 if value >= 0 else -1)


def _small(value: Quantity) -> Quantity:
    if isinstance(value, Fraction) and max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
        raise ExpressionError("its value is too large")
    return value


def as_number(value: Quantity) -> str:
    """Write a value for a machine: exactly where a short decimal can, else as the shortest float."""
    if isinstance(value, Fraction):
        exact = _decimal(value)
        if exact is not None:
            return exact
    return repr(float(value))


def as_text(value: Quantity, form: str = "") -> str:
    """Write a value for a reader: six significant digits, or as ``form`` says.

    Parameters
    ----------
    value : Fraction or float
    form : str
        ``","`` groups thousands; ``".2f"``, ``".3g"``, ``".1e"`` and ``".0%"`` as in Python; both together: ``",.2f"``.

    Raises
    ------
    ExpressionError
        ``form`` is none of these.
    """
    match = _FORMAT.fullmatch(form.strip())
    if match is None:
        raise ExpressionError(f"the form ':{form}' is unknown; there are ':,', ':.2f', ':.3g', ':.1e' and ':.0%'")
    if match[3]:
        return format(float(value), form.strip())
    if isinstance(value, Fraction):
        exact = _decimal(value)
        if exact is not None:
            return _grouped(exact) if match[1] else exact
    return format(float(value), f"{match[1]}.6g")


def _decimal(value: Fraction) -> str | None:
    """Write a fraction that is a short decimal; None if it is none."""
    digits, rest = 0, value.denominator
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        digits = max(digits, power)
    if rest != 1 or digits >= _SIGNIFICANT:
        return None
    number = str(abs(value.numerator) * 10**digits // value.denominator).zfill(digits + 1)
    if len(number.lstrip("0")) > _SIGNIFICANT:
        return None
    sign = "-" if value < 0 else ""
    return f"{sign}{number[:-digits]}.{number[-digits:]}" if digits else f"{sign}{number}"


def _grouped(number: str) -> str:
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, point, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{rest}"
