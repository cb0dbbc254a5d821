"""Makes the golden pictures of the figures' tests: attention cells drawn by another implementation.

Run: python3 Tests/FiguresTests/make_fixtures.py   (needs numpy)

The colour map is computed here from its definition (straight lightness in OKLab, a Catmull-Rom spline through the
waypoints' chroma and hue), the weights from a formula, and one pixel is written per cell. Cells that no query can see
are black.
"""
import math
import pathlib
import struct
import zlib

import numpy as np

POSITIONS = 24
STEPS = 171  # colours of the map in a figure
MAPS = {
    "light": ((0.985, 0.27), [(0.006, 95), (0.052, 185), (0.096, 215), (0.125, 250), (0.115, 283)]),
    "dark": ((0.205, 0.965), [(0.012, 270), (0.105, 272), (0.12, 240), (0.1, 200), (0.045, 110)]),
}


def srgb(linear):
    linear = np.clip(linear, 0, 1)
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.power(linear, 1 / 2.4) - 0.055)
    return np.floor(curve * 255 + 0.5).astype(np.uint8)


def color_map(lightness, path):
    """256 colours, (256, 3)."""
    ab = np.array([[c * math.cos(math.radians(h)), c * math.sin(math.radians(h))] for c, h in path])
    # Beyond the ends the path goes straight on.
    ab = np.vstack([2 * ab[0] - ab[1], ab, 2 * ab[-1] - ab[-2]])
    t = np.arange(256) / 255
    place = t * (len(path) - 1)
    left = np.minimum(place.astype(int), len(path) - 2)
    u = (place - left)[:, None]
    p0, p1, p2, p3 = (ab[left + k] for k in range(4))
    spline = 0.5 * (2 * p1 + u * (p2 - p0) + u**2 * (2 * p0 - 5 * p1 + 4 * p2 - p3) + u**3 * (3 * p1 - p0 - 3 * p2 + p3))
    lab = np.column_stack([lightness[0] + t * (lightness[1] - lightness[0]), spline])
    to_cones = np.array([[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728],
                         [1, -0.0894841775, -1.2914855480]])
    to_rgb = np.array([[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965],
                       [-0.0041960863, -0.7034186147, 1.7076147010]])
    return srgb((lab @ to_cones.T) ** 3 @ to_rgb.T)


def weights():
    """(query, key); rows sum to 1, zero above the diagonal."""
    query, key = np.mgrid[0:POSITIONS, 0:POSITIONS]
    raw = np.where(key <= query, (key * 7 + query * 13) % 17 + (key == 0) * 42.0, 0)
    return raw / raw.sum(axis=1, keepdims=True)


def cells(matrix, colors):
    n = len(matrix)
    place = np.sqrt(matrix) * (STEPS - 1)
    # No weight may lie where rounding decides.
    assert np.abs(place - np.floor(place) - 0.5).min() > 1e-3
    step = np.rint(place) / (STEPS - 1) * 255
    entry = np.floor(step + 0.5).astype(int)
    picture = colors[entry]
    picture[np.triu_indices(n, 1)] = 0
    return picture


def write_png(path, picture):
    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def main():
    folder = pathlib.Path(__file__).parent / "Fixtures"
    matrix = weights()
    block = 3
    # The maximum of each 3 × 3 block, as where there are more positions than pixels.
    blocks = matrix.reshape(POSITIONS // block, block, POSITIONS // block, block).max(axis=(1, 3))
    for name, definition in MAPS.items():
        colors = color_map(*definition)
        write_png(folder / f"cells-{name}.png", cells(matrix, colors))
        write_png(folder / f"blocks-{name}.png", cells(blocks, colors))


if __name__ == "__main__":
    main()
