// The largest and the smallest of many numbers. `Math.max(...list)` takes each as an argument, and a whole vocabulary of
// them is more than a browser's stack holds.

/**
 * The largest of the numbers, and of `least`.
 * @param {Iterable<number>} numbers
 */
export function largest(numbers, least = -Infinity) {
  let most = least;
  for (const x of numbers) if (x > most) most = x;
  return most;
}

/**
 * The smallest of the numbers, and of `most`.
 * @param {Iterable<number>} numbers
 */
export function smallest(numbers, most = Infinity) {
  let least = most;
  for (const x of numbers) if (x < least) least = x;
  return least;
}
