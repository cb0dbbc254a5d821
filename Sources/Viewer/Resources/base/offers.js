// What a page lets its reader do with a candidate or a head that it shows. A page behind a server can do both; in others
// nothing is offered, and what is shown is only shown.

/**
 * A candidate as something to press that takes it, and what switches a head off or on again.
 * @type {{ candidate: ((id: number, word: HTMLElement) => HTMLElement) | null, head: ((layer: number, head: number) => HTMLElement) | null }}
 */
export const offers = { candidate: null, head: null };

/**
 * A candidate's word, to press where that takes it.
 * @param {number} id @param {HTMLElement} text
 */
export function offered(id, text) {
  return offers.candidate?.(id, text) ?? text;
}
