// What the page remembers of a reader's choices. A page from disk may be refused a store: then a choice lasts as long as
// the page is open.

const prefix = "stepglass.";

/**
 * The choice made before; null when there is none, or no store.
 * @param {string} name
 */
export function remembered(name) {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {
    // Refused or full; the address keeps the choice all the same.
  }
}
