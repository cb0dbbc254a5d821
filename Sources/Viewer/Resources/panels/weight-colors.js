// Weights as colours: a square of them, and the bar that says which colour is how much.

/** Small weights stay visible: colour = weight^½. The legend says so. */
const shade = (/** @type {number} */ w) => Math.sqrt(Math.max(0, w));

/**
 * Fills a square canvas with the colours of weights; negative ones (above the diagonal) stay clear.
 * @param {HTMLCanvasElement} canvas @param {number} side @param {Float32Array} values
 * @param {import("../base/palette.js").Theme} theme
 */
export function paintColors(canvas, side, values, theme) {
  canvas.width = canvas.height = side;
  // A run whose prompt is not read yet has no weights.
  const context = side < 1 ? null : canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(side, side);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? -1;
    if (value < 0) continue;
    const c = 3 * Math.round(255 * Math.min(1, shade(value)));
    image.data[4 * i] = theme.map[c] ?? 0;
    image.data[4 * i + 1] = theme.map[c + 1] ?? 0;
    image.data[4 * i + 2] = theme.map[c + 2] ?? 0;
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/**
 * The colour bar, with its numbers at the places where they stand on it.
 * @param {import("../base/pen.js").Pen} pen @param {import("../base/palette.js").Theme} theme
 * @param {number} x @param {number} y @param {number} width
 */
export function legend(pen, theme, x, y, width) {
  for (let i = 0; i < width; i += 1) {
    const c = 3 * Math.round((255 * i) / (width - 1));
    pen.rect(x + i, y, 1.2, 9, `rgb(${theme.map[c]},${theme.map[c + 1]},${theme.map[c + 2]})`);
  }
  for (const weight of [0, 0.05, 0.25, 0.5, 1]) {
    const at = x + shade(weight) * (width - 1);
    pen.line(at, y + 9, at, y + 13, theme.muted);
    pen.text(String(weight), at, y + 25, { size: 10.5, fill: theme.muted, align: weight === 0 ? "left" : "center" });
  }
}
