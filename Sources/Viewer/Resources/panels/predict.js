// Predict mode, for class: the next token stays hidden until the reader has guessed. Called by: main, the strip.

/** The first step whose token is still hidden; infinite when nothing is. */
export function hiddenFrom() {
  return Infinity;
}
