// Bars to both sides of a line: what speaks for a token to the right, what speaks against it to the left.

import { fixed } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { mapColor } from "../base/palette.js";
import { largest } from "../base/extremes.js";

/** @typedef {import("../base/pen.js").Pen} Pen */
/** @typedef {import("../base/palette.js").Theme} Theme */
/** @typedef {{ label: string, value: number, note?: string, marked?: boolean, weak?: boolean }} Row  `weak` is drawn paler. */

/** Height of a row, in pixels. */
export const signedRow = 22;
const valueRoom = 62;

/**
 * @param {Pen} pen @param {Theme} theme @param {number} width @param {number} top @param {Row[]} rows
 * @returns {number} where the picture ends
 */
export function signedBars(pen, theme, width, top, rows) {
  const style = { size: 12 };
  const labels = Math.min(width * 0.34, largest(rows.map((row) => pen.measure(row.label, { ...style, weight: 600 }) + 10), 20));
  const notes = width < 480 ? 0 : largest(rows.map((row) => (row.note ? pen.measure(row.note, style) + 14 : 0)));
  const [most, least] = [largest(rows.map((row) => row.value), 0), largest(rows.map((row) => -row.value), 0)];
  // Numbers stand beside their bars, on both sides where there are bars on both; one scale for all.
  const room = width - labels - notes - (least > 0 ? valueRoom : 0) - (most > 0 ? valueRoom : 0);
  const unit = room / Math.max(most + least, 1e-9);
  const zero = labels + (least > 0 ? valueRoom + least * unit : 0);
  rows.forEach((row, i) => {
    const y = top + i * signedRow;
    const ink = row.marked ? theme.accent : theme.ink;
    pen.text(fitted(pen, row.label, { ...style, weight: 600 }, labels - 8), labels - 8, y + 15, { ...style, fill: ink, align: "right", weight: row.marked ? 600 : 400 });
    const length = Math.max(row.value === 0 ? 0 : 1, unit * Math.abs(row.value));
    const left = row.value < 0 ? zero - length : zero;
    pen.rect(left, y + 4, length, signedRow - 8, row.marked ? theme.accent : mapColor(row.weak ? 0.35 : 0.7, theme));
    const sign = row.value > 0 ? "+" : "";
    pen.text(sign + fixed(row.value, 3), row.value < 0 ? left - 5 : left + length + 5, y + 15, { size: 11.5, fill: theme.muted, align: row.value < 0 ? "right" : "left" });
    if (row.note && notes > 0) pen.text(row.note, width, y + 15, { ...style, fill: theme.muted, align: "right" });
  });
  const end = top + rows.length * signedRow;
  pen.line(zero, top, zero, end, theme.line);
  return end;
}
