// Numbers of a class: points and bets, which are whole or have a fraction or two.

/** @param {number} x */
export function trimmed(x) {
  return String(Math.round(x * 100) / 100);
}
