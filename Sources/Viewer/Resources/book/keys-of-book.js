// The keys of a book: arrows turn its pages, P is for the projector.

import { isPresenting } from "./presenter.js";

/**
 * @param {KeyboardEvent} event
 * @param {{ togglePresenting: () => void, turnPage: (by: 1 | -1) => Promise<void> }} book
 */
export function onKey(event, book) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const held = event.target instanceof HTMLElement ? event.target : null;
  // Arrows belong to what they move: a field, a slider, a cell of a table.
  if (held?.closest("input, textarea, select, [role=radiogroup], table, .lesson-figure")) return;
  if (event.key === "p" || event.key === "P") return book.togglePresenting();
  if (event.key === "Escape" && isPresenting()) return book.togglePresenting();
  const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  book.turnPage(by > 0 ? 1 : -1);
}
