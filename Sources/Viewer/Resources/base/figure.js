// The frame every picture stands in: a canvas as wide as its column, a caption with Table, PNG and SVG, and the table
// twin for those who do not see the picture.

import { el, fill, save } from "./dom.js";
import { t, words } from "./strings.js";
import { canvasPen, dryPen, svgPen } from "./pen.js";
import { currentTheme } from "./palette.js";
import { choiceOf, choose, declareChoice, place } from "./place.js";
import { isPresenting, presentedHeight, presentedPictureScale, presentZoom, sayBesidePointer } from "./presenting.js";

words({
  "figure.table": ["Table", "表格"],
});

/**
 * @typedef {import("./pen.js").Pen} Pen
 * @typedef {import("./palette.js").Theme} Theme
 * @typedef {{ caption: string, head: string[], rows: (string | number)[][] }} Table
 * @typedef {{
 *   name: string,
 *   shows?: () => string[],
 *   label: () => string,
 *   draw: (pen: Pen, width: number, theme: Theme, saved: boolean) => number,
 *   table: () => Table,
 *   minWidth?: number,
 *   keys?: (event: KeyboardEvent) => boolean,
 *   pointer?: (x: number, y: number) => void,
 *   reads?: (x: number, y: number) => string,
 *   painted?: () => void,
 *   click?: (x: number, y: number) => void,
 *   leave?: () => void }} Picture  `shows` says of what, for the names of saved files; `reads`
 *   what is at a point, in words that stand beside the pointer in front of a room;
 *   `draw` returns the height it needs and must be cheap to call with any pen.
 */

/** The pictures whose tables are open, with dots between. */
declareChoice("tables", "", /^[a-z-]{1,40}(\.[a-z-]{1,40}){0,30}$/);

/** Pictures are saved this wide, whatever the window is. */
const savedWidth = 1200;

/** Pictures are not made narrower than this to fit a screen. */
const leastRoom = 240;

/** What the names of all saved files begin with. */
let fileStem = "stepglass";

/**
 * A text as a part of a file's name: what every system, shell and address takes as it stands.
 * @param {string} text
 */
function slug(text) {
  return text.normalize("NFKD").toLowerCase().replace(/[^a-z0-9.]+/g, "-").replace(/-*\.[-.]*/g, ".").slice(0, 60).replace(/^[-.]+|[-.]+$/g, "");
}

/**
 * Says which model the page's files tell of.
 * @param {string} model
 */
export function nameFilesAfter(model) {
  fileStem = slug(model) || "stepglass";
}

/**
 * The file name of a picture or table: the model, and what is shown of its run.
 * @param {string[]} parts "heatmap", "step-3", "layer-5", "head-2" @param {string} ending
 */
export function fileName(parts, ending) {
  return `${[fileStem, ...parts].map(slug).filter((part) => part !== "").join("-")}.${ending}`;
}

/** The step, as the files of pictures that follow it have it in their names. */
export function stepPart() {
  return `step-${place().step}`;
}

/** The same with the layer and the head. */
export function headParts() {
  return [stepPart(), `layer-${place().layer}`, `head-${place().head}`];
}

/**
 * Every frame that was made; those of a page that was built anew have left the document.
 * @type {Set<Figure>}
 */
const frames = new Set();

/** Draws all pictures again, those out of sight when they come into it: their scale is another. */
export function redrawAllFigures() {
  for (const figure of frames) if (figure.element.isConnected) figure.redraw();
}

/** The names of the pictures whose tables are open. */
function openTables() {
  return choiceOf("tables").split(".").filter((name) => name !== "");
}

/** Opens and closes the tables of all pictures as it was chosen. */
export function showTables() {
  for (const figure of frames) if (figure.element.isConnected) figure.showTable();
}

/** Draws all pictures now, also those out of sight: paper shows everything. */
export function paintAllFigures() {
  for (const figure of frames) {
    if (figure.element.isConnected) figure.paint();
    else frames.delete(figure);
  }
}

/** A frame for a picture. */
export class Figure {
  /** @param {Picture} picture */
  constructor(picture) {
    this.picture = picture;
    this.canvas = el("canvas", { role: "img", class: "picture" });
    if (picture.keys) {
      this.canvas.tabIndex = 0;
      this.canvas.addEventListener("keydown", (event) => {
        if (picture.keys?.(event)) {
          event.preventDefault();
          event.stopPropagation();
        }
      });
    }
    this.listenToPointer();
    this.scroller = el("div", { class: "scroller" }, this.canvas);
    this.twin = el("div", { class: "twin", role: "region", tabindex: 0, hidden: true });
    this.tableButton = el("button", { type: "button", class: "quiet", "aria-expanded": "false",
      on: { click: () => this.toggleTable() } }, t("figure.table"));
    const tools = el("div", { class: "tools" },
      this.tableButton,
      el("button", { type: "button", class: "quiet", on: { click: () => this.savePNG() } }, "PNG"),
      el("button", { type: "button", class: "quiet", on: { click: () => this.saveSVG() } }, "SVG"));
    this.element = el("figure", { class: `figure figure-${picture.name}` }, this.scroller, tools, this.twin);
    frames.add(this);
    // The label may depend on what the panel sets up after this frame.
    queueMicrotask(() => {
      this.canvas.setAttribute("aria-label", picture.label());
      this.showTable();
    });
    this.width = 0;
    /** The picture's width in its own pixels. */
    this.drawnWidth = 0;
    this.visible = false;
    this.stale = true;
    new ResizeObserver(() => {
      if (Math.abs(this.scroller.clientWidth - this.width) > 0.5) this.redraw();
    }).observe(this.scroller);
    // Pictures outside the window wait until they are scrolled to: a step costs only what is seen.
    new IntersectionObserver((entries) => {
      this.visible = entries.some((entry) => entry.isIntersecting);
      if (this.visible && this.stale) this.paint();
    }, { rootMargin: "200px" }).observe(this.element);
  }

  listenToPointer() {
    const { picture, canvas } = this;
    canvas.addEventListener("pointermove", (event) => {
      const { x, y } = this.pointIn(event);
      picture.pointer?.(x, y);
      if (picture.reads && isPresenting()) sayBesidePointer(picture.reads(x, y), event.clientX, event.clientY);
    });
    canvas.addEventListener("pointerleave", () => {
      picture.leave?.();
      if (isPresenting()) sayBesidePointer("", 0, 0);
    });
    if (!picture.click) return;
    canvas.classList.add("clickable");
    canvas.addEventListener("click", (event) => {
      const { x, y } = this.pointIn(event);
      picture.click?.(x, y);
    });
  }

  /**
   * Where the pointer is in the picture's own pixels, however large these are on the screen.
   * @param {MouseEvent} event
   */
  pointIn(event) {
    const box = this.canvas.getBoundingClientRect();
    const scale = box.width / Math.max(1, this.drawnWidth);
    return { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale };
  }

  /** Draws again: at once when the picture is in sight, otherwise when it comes into sight. */
  redraw() {
    this.stale = true;
    this.canvas.setAttribute("aria-label", this.picture.label());
    if (this.visible) this.paint();
    if (!this.twin.hidden) this.fillTable();
  }

  paint() {
    this.stale = false;
    this.width = this.scroller.clientWidth;
    if (this.width === 0) return;
    const large = presentedPictureScale();
    const scale = Math.min((window.devicePixelRatio || 1) * presentZoom(), 4) * large;
    const { room, height } = this.fitted(this.width / large);
    const width = Math.max(room, this.picture.minWidth ?? 0);
    this.drawnWidth = width;
    const canvas = this.canvas;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.width = `${width * large}px`;
    canvas.style.height = `${height * large}px`;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(scale, scale);
    this.picture.draw(canvasPen(context), width, currentTheme(), false);
    this.picture.painted?.();
  }

  /**
   * The room that the picture takes, and how high it is then: less than there is where it has the screen to itself and would
   * not fit. A dry pass tells the height, and the picture how wide it wants to be.
   * @param {number} wide
   */
  fitted(wide) {
    const high = (/** @type {number} */ room) => Math.ceil(this.picture.draw(dryPen, room, currentTheme(), false));
    const most = presentedHeight(this.picture.name);
    const whole = { room: wide, height: high(wide) };
    let small = whole;
    while (small.height > most && small.room > leastRoom) small = { room: 0.9 * small.room, height: high(0.9 * small.room) };
    // Not every picture is lower when it is narrower.
    return small.height < 0.95 * whole.height ? small : { room: wide, height: high(wide) };
  }

  toggleTable() {
    const others = openTables().filter((name) => name !== this.picture.name);
    choose("tables", [...others, ...(this.twin.hidden ? [this.picture.name] : [])].join("."));
    this.showTable();
  }

  /** The table where it is open. */
  showTable() {
    const isOpen = openTables().includes(this.picture.name);
    if (this.twin.hidden === !isOpen) return;
    this.twin.hidden = !isOpen;
    this.tableButton.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) this.fillTable();
  }

  fillTable() {
    this.twin.setAttribute("aria-label", `${t("figure.table")}: ${this.picture.label()}`);
    fill(this.twin, tableOf(this.picture.table()));
  }

  /** @param {string} ending */
  fileName(ending) {
    return fileName([this.picture.name, ...(this.picture.shows?.() ?? [])], ending);
  }

  savePNG() {
    const scale = 2;
    const height = Math.ceil(this.picture.draw(dryPen, savedWidth, currentTheme(), true));
    const canvas = el("canvas", { width: savedWidth * scale, height: height * scale });
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(scale, scale);
    const pen = canvasPen(context);
    pen.rect(0, 0, savedWidth, height, currentTheme().paper);
    this.picture.draw(pen, savedWidth, currentTheme(), true);
    canvas.toBlob((blob) => blob && save(this.fileName("png"), blob), "image/png");
  }

  saveSVG() {
    const { pen, finish } = svgPen();
    const height = Math.ceil(this.picture.draw(pen, savedWidth, currentTheme(), true));
    const text = finish(savedWidth, height, currentTheme().paper, this.picture.label());
    save(this.fileName("svg"), new Blob([text], { type: "image/svg+xml" }));
  }
}

/** @param {Table} table */
export function tableOf(table) {
  return el("table", {},
    el("caption", {}, table.caption),
    el("thead", {}, el("tr", {}, table.head.map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, table.rows.map((row) =>
      el("tr", {}, row.map((cell, i) => el(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell))))));
}
