"""Curves and small pictures as SVG: for pages (pure). All of it is black and grey, so that it prints."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from dlquiz.model.metrics import Curve, Images, Picture
from dlquiz.render.layout import number
from dlquiz.text import one_line

_WIDTH, _HEIGHT = 360, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 34
_DASHES = ("none", "6 3", "2 3", "8 3 2 3")
_PIXEL, _SIDE, _WHITE = 3, 96, 255
_MOST_PICTURES = 6


def curve_svg(title: str, curve: Curve) -> str:
    """Draw the lines of a curve over its axes; what is not finite leaves a gap. Empty if there is nothing to draw."""
    points = [(x, y) for line in curve.lines.values() for x, y in zip(curve.x, line, strict=True) if None not in (x, y)]
    if not points:
        return ""
    xs, ys = [x for x, _ in points if x is not None], [y for _, y in points if y is not None]
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)

    def place(x: float, y: float) -> str:
        across = (x - left) / (right - left or 1) * (_WIDTH - _LEFT - _RIGHT) + _LEFT
        down = _HEIGHT - _BOTTOM - (y - low) / (high - low or 1) * (_HEIGHT - _TOP - _BOTTOM)
        return f"{across:.1f},{down:.1f}"

    lines = []
    for kind, (name, line) in enumerate(curve.lines.items()):
        pieces: list[list[str]] = [[]]
        for x, y in zip(curve.x, line, strict=True):
            if x is None or y is None:
                pieces.append([])
            else:
                pieces[-1].append(place(x, y))
        style = f'fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="{_DASHES[kind % 4]}"'
        label = f"<title>{_text(name)}</title>"
        lines += [f'<polyline {style} points="{" ".join(piece)}">{label}</polyline>' for piece in pieces if piece]
    base = _HEIGHT - _BOTTOM
    axes = (
        f'<path d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}" fill="none" stroke="currentColor" stroke-width="0.7"/>'
        f'<text x="{_LEFT - 5}" y="{_TOP + 8}" text-anchor="end">{number(high)}</text>'
        f'<text x="{_LEFT - 5}" y="{base}" text-anchor="end">{number(low)}</text>'
        f'<text x="{_LEFT}" y="{base + 13}">{number(left)}</text>'
        f'<text x="{_WIDTH - _RIGHT}" y="{base + 13}" text-anchor="end">{number(right)}</text>'
        f'<text x="{(_LEFT + _WIDTH) / 2:.0f}" y="{_HEIGHT - 6}" text-anchor="middle">{_text(curve.x_label)}</text>'
    )
    return _svg(title, _WIDTH, _HEIGHT, axes + "".join(lines))


def images_svg(title: str, images: Images) -> list[str]:
    """Draw the first pictures, dark on white, each with its caption; those that belong together stay together."""
    most = _MOST_PICTURES - _MOST_PICTURES % images.together or images.together
    return [_picture(title, images, number) for number in range(min(most, len(images.pictures)))]


def _picture(title: str, images: Images, place: int) -> str:
    picture = images.pictures[place]
    pixel = max(_PIXEL, _SIDE // images.width)
    width, height = images.width * pixel, images.height * pixel
    squares = []
    for row in range(images.height):
        column = 0
        for shade, same in groupby(_shades(images, picture, row)):
            count = len(list(same))
            if shade < _WHITE:
                at = f'x="{column * pixel}" y="{row * pixel}" width="{count * pixel}" height="{pixel}"'
                squares.append(f'<rect {at} fill="rgb({shade},{shade},{shade})"/>')
            column += count
    frame = f'<rect width="{width}" height="{height}" fill="white"/>'
    drawn = _svg(f"{title}: {picture.caption}", width, height, frame + "".join(squares))
    return f"<figure>{drawn}<figcaption>{_text(picture.caption)}</figcaption></figure>"


def _shades(images: Images, picture: Picture, row: int) -> list[int]:
    """Return the greys of one row, 0 for what is brightest: ink on white paper."""
    step = images.channels
    start = row * images.width * step
    pixels = picture.pixels[start : start + images.width * step]
    return [_WHITE - sum(pixels[at : at + step]) // step for at in range(0, len(pixels), step)]


def histogram_svg(title: str, counts: Sequence[int], labels: Sequence[str]) -> str:
    """Draw a column for each count, with its number above it; the words of the picture say all numbers, too."""
    base, most = _HEIGHT - _BOTTOM, max(counts, default=0) or 1
    step = (_WIDTH - 2 * _RIGHT) / max(1, len(counts))
    drawn = [f'<path d="M{_RIGHT} {base}H{_WIDTH - _RIGHT}" stroke="currentColor" stroke-width="0.7"/>']
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        high = count / most * (base - 2 * _TOP)
        left = _RIGHT + place * step
        middle = f'x="{left + step / 2:.1f}" text-anchor="middle"'
        drawn.append(f'<rect x="{left + 2:.1f}" y="{base - high:.1f}" width="{step - 4:.1f}" height="{high:.1f}"/>')
        drawn.append(f'<text {middle} y="{base - high - 3:.1f}">{count}</text>')
        drawn.append(f'<text {middle} y="{base + 13}">{_text(label)}</text>')
    said = ", ".join(f"{label}: {count}" for count, label in zip(counts, labels, strict=True))
    return _svg(f"{title}: {said}", _WIDTH, _HEIGHT, "".join(drawn))


def share_svg(title: str, share: float) -> str:
    """Draw a bar for a share of 0 to 1 in a frame that is the whole."""
    full = min(max(share, 0.0), 1.0) * (_SIDE - 2)
    frame = f'<rect x="0.5" y="0.5" width="{_SIDE - 1}" height="9" fill="none" stroke="currentColor"/>'
    return _svg(title, _SIDE, 10, f'{frame}<rect x="1" y="1" width="{full:.1f}" height="8"/>')


def _svg(title: str, width: int, height: int, content: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-size="10"'
        f' fill="currentColor" aria-label="{escape(one_line(title, 300))}">{content}</svg>'
    )


def _text(text: str) -> str:
    return escape(one_line(text, 80))
