// Whether the page stands in front of a room: one panel a screen, its type as large as the room needs. The panel on show is
// part of the place, so that a link leads to it in either way of looking.

import { choiceOf, declareChoice } from "./place.js";

/** The panel on show, by its id; whether it has the screen to itself, and there one of its pictures, by its name. */
declareChoice("panel", "", /^[a-z-]{1,40}$/);
declareChoice("present", "", /^1$/);
declareChoice("figure", "", /^[a-z-]{1,40}$/);

/** The least type of a presented panel is 14 px of the style sheet: so many times larger it is 28. */
const leastZoom = 2;
/** Pixels of the style sheet that a presented panel is wide at least: what is left of a wider screen makes it larger. */
const roomWidth = 640;
/** Windows narrower than this are in a hand, not in front of a room. */
const narrowest = 700;
/** Pictures write as small as 9.5 px; so many times larger they keep to the 14 of the style sheet. */
const pictureScale = 1.5;

export function isPresenting() {
  return choiceOf("present") === "1";
}

/** How many times larger the style sheet's pixels are on the screen. */
export function presentZoom() {
  if (!isPresenting() || innerWidth < narrowest) return 1;
  return Math.max(leastZoom, Math.min(4, innerWidth / roomWidth));
}

/** How many times larger than the style sheet's a picture's own pixels are. */
export function presentedPictureScale() {
  return presentZoom() > 1 ? pictureScale : 1;
}

/** Pixels of the style sheet that the bar and the panel's title take. */
const takenHeight = 94;

/**
 * The height that there is for a picture, in its own pixels; without end where it shares the page with others.
 * @param {string} name
 */
export function presentedHeight(name) {
  if (!isPresenting() || choiceOf("figure") !== name) return Infinity;
  return (innerHeight / presentZoom() - takenHeight) / presentedPictureScale();
}

/**
 * What stands beside the pointer; made when something is first said there.
 * @type {HTMLElement | null}
 */
let note = null;

/**
 * Says something beside the pointer; nothing takes it away.
 * @param {string} text @param {number} x @param {number} y where the pointer is in the window
 */
export function sayBesidePointer(text, x, y) {
  if (!note?.isConnected) {
    note = document.createElement("div");
    note.className = "pointer-note";
    // The same is said where the picture is described: here it would be said twice.
    note.setAttribute("aria-hidden", "true");
    document.body.append(note);
  }
  note.hidden = text === "";
  note.textContent = text;
  if (text === "") return;
  const zoom = presentZoom();
  note.style.setProperty("zoom", String(zoom));
  const box = note.getBoundingClientRect();
  const left = x + 24 + box.width > innerWidth ? Math.max(0, x - 24 - box.width) : x + 24;
  const top = y + 24 + box.height > innerHeight ? Math.max(0, y - 24 - box.height) : y + 24;
  note.style.setProperty("left", `${left / zoom}px`);
  note.style.setProperty("top", `${top / zoom}px`);
}
