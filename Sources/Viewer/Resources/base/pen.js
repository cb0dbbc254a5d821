// One way to draw, two papers: a canvas on the screen (and PNG), or the text of an SVG file. A picture is a function
// that takes a pen; it never knows which paper it is on.

export const sansFamily = 'system-ui, -apple-system, "Segoe UI", "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", "WenQuanYi Micro Hei", sans-serif';
export const serifFamily = '"Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", Georgia, "Songti TC", "Noto Serif CJK TC", "DejaVu Serif", "PingFang TC", "Microsoft JhengHei", serif';

/**
 * @typedef {{ size?: number, fill: string, align?: "left" | "center" | "right", weight?: number, serif?: boolean,
 *   rotate?: number }} TextStyle  `rotate` in degrees around the text's anchor.
 * @typedef {{ rect: (x: number, y: number, w: number, h: number, fill: string, radius?: number) => void,
 *   line: (x1: number, y1: number, x2: number, y2: number, stroke: string, width?: number, dash?: number[]) => void,
 *   poly: (points: number[][], paint: { fill?: string, stroke?: string, width?: number }) => void,
 *   curve: (from: number[], c1: number[], c2: number[], to: number[], stroke: string, width: number, alpha: number) => void,
 *   circle: (x: number, y: number, r: number, paint: { fill?: string, stroke?: string, width?: number }) => void,
 *   text: (text: string, x: number, y: number, style: TextStyle) => void,
 *   measure: (text: string, style: { size?: number, weight?: number, serif?: boolean }) => number,
 *   bitmap: (image: HTMLCanvasElement, x: number, y: number, w: number, h: number) => void }} Pen
 */

/** @param {{ size?: number, weight?: number, serif?: boolean }} style */
function font(style) {
  return `${style.weight ?? 400} ${style.size ?? 12}px ${style.serif ? serifFamily : sansFamily}`;
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;

/**
 * @param {string} text
 * @param {{ size?: number, weight?: number, serif?: boolean }} style
 */
function measureText(text, style) {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * (style.size ?? 12) * 0.6;
  ruler.font = font(style);
  return ruler.measureText(text).width;
}

/**
 * As much of a text as a room holds, with "…" where something is cut; nothing where not even one character fits.
 * @param {Pen} pen @param {string} text @param {{ size?: number, weight?: number, serif?: boolean }} style
 * @param {number} room in pixels
 */
export function fitted(pen, text, style, room) {
  if (pen.measure(text, style) <= room + 0.5) return text;
  const characters = [...text].slice(0, 400);
  while (characters.length > 1) {
    characters.pop();
    const cut = `${characters.join("")}…`;
    if (pen.measure(cut, style) <= room) return cut;
  }
  return pen.measure("…", style) <= room ? "…" : "";
}

/**
 * Fills and strokes the path that was laid.
 * @param {CanvasRenderingContext2D} context @param {{ fill?: string, stroke?: string, width?: number }} paint
 */
function finish(context, paint) {
  if (paint.fill) {
    context.fillStyle = paint.fill;
    context.fill();
  }
  if (paint.stroke) {
    context.strokeStyle = paint.stroke;
    context.lineWidth = paint.width ?? 1;
    context.stroke();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @returns {Pen}
 */
export function canvasPen(context) {
  return {
    rect(x, y, w, h, fill, radius = 0) {
      context.fillStyle = fill;
      if (radius === 0) return context.fillRect(x, y, w, h);
      context.beginPath();
      context.roundRect(x, y, w, h, radius);
      context.fill();
    },
    line(x1, y1, x2, y2, stroke, width = 1, dash = []) {
      context.setLineDash(dash);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      finish(context, { stroke, width });
      context.setLineDash([]);
    },
    poly(points, paint) {
      context.beginPath();
      points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x ?? 0, y ?? 0) : context.lineTo(x ?? 0, y ?? 0)));
      if (paint.fill) context.closePath();
      finish(context, paint);
    },
    curve(from, c1, c2, to, stroke, width, alpha) {
      context.globalAlpha = alpha;
      context.beginPath();
      context.moveTo(from[0] ?? 0, from[1] ?? 0);
      context.bezierCurveTo(c1[0] ?? 0, c1[1] ?? 0, c2[0] ?? 0, c2[1] ?? 0, to[0] ?? 0, to[1] ?? 0);
      finish(context, { stroke, width });
      context.globalAlpha = 1;
    },
    circle(x, y, r, paint) {
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      finish(context, paint);
    },
    text(text, x, y, style) {
      context.font = font(style);
      context.fillStyle = style.fill;
      context.textAlign = style.align ?? "left";
      context.textBaseline = "alphabetic";
      if (!style.rotate) return context.fillText(text, x, y);
      context.save();
      context.translate(x, y);
      context.rotate((style.rotate * Math.PI) / 180);
      context.fillText(text, 0, 0);
      context.restore();
    },
    measure: measureText,
    bitmap(image, x, y, w, h) {
      context.imageSmoothingEnabled = w < image.width;
      context.drawImage(image, x, y, w, h);
    },
  };
}

const nothing = () => {};

/**
 * A pen that leaves no mark: a first pass with it tells how high a picture will be.
 * @type {Pen}
 */
export const dryPen = { rect: nothing, line: nothing, poly: nothing, curve: nothing, circle: nothing, text: nothing,
  measure: measureText, bitmap: nothing };

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
}

/** @param {number | undefined} x */
function short(x) {
  return String(Math.round((x ?? 0) * 100) / 100);
}

/** @returns {{ pen: Pen, finish: (width: number, height: number, ground: string, label: string) => string }} */
export function svgPen() {
  /** @type {string[]} */
  const parts = [];
  /** @param {{ fill?: string, stroke?: string, width?: number }} p */
  const paint = (p) => `fill="${p.fill ?? "none"}"${p.stroke ? ` stroke="${p.stroke}" stroke-width="${p.width ?? 1}"` : ""}`;
  /** @type {Pen} */
  const pen = {
    rect(x, y, w, h, fill, radius = 0) {
      parts.push(`<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" fill="${fill}"${radius ? ` rx="${radius}"` : ""}/>`);
    },
    line(x1, y1, x2, y2, stroke, width = 1, dash = []) {
      const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
      parts.push(`<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" stroke="${stroke}" stroke-width="${width}"${dashes}/>`);
    },
    poly(points, p) {
      const list = points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
      parts.push(`<${p.fill ? "polygon" : "polyline"} points="${list}" ${paint(p)}/>`);
    },
    curve(from, c1, c2, to, stroke, width, alpha) {
      const at = (/** @type {number[]} */ p) => `${short(p[0])} ${short(p[1])}`;
      parts.push(`<path d="M${at(from)}C${at(c1)} ${at(c2)} ${at(to)}" fill="none" stroke="${stroke}" stroke-width="${short(width)}" opacity="${short(alpha)}"/>`);
    },
    circle(x, y, r, p) {
      parts.push(`<circle cx="${short(x)}" cy="${short(y)}" r="${short(r)}" ${paint(p)}/>`);
    },
    text(text, x, y, style) {
      const anchor = { left: "start", center: "middle", right: "end" }[style.align ?? "left"];
      const turn = style.rotate ? ` transform="rotate(${style.rotate} ${short(x)} ${short(y)})"` : "";
      parts.push(`<text x="${short(x)}" y="${short(y)}" fill="${style.fill}" text-anchor="${anchor}" font-size="${style.size ?? 12}" font-weight="${style.weight ?? 400}" font-family="${escaped(style.serif ? serifFamily : sansFamily)}"${turn} xml:space="preserve">${escaped(text)}</text>`);
    },
    measure: measureText,
    bitmap(image, x, y, w, h) {
      const smooth = w < image.width ? "" : ' style="image-rendering:pixelated"';
      parts.push(`<image x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}" href="${image.toDataURL("image/png")}" preserveAspectRatio="none"${smooth}/>`);
    },
  };
  return {
    pen,
    finish(width, height, ground, label) {
      const size = `width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}"`;
      return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escaped(label)}"><title>${escaped(label)}</title><rect width="100%" height="100%" fill="${ground}"/>${parts.join("")}</svg>\n`;
    },
  };
}
