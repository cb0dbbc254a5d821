// Whom a book reports to. A book from disk reports to nobody: what is done stays with its reader. In a class there is one.

/** @typedef {import("./progress.js").Progress} Progress */
/** @typedef {import("./course.js").Verdict} Verdict */
/**
 * @typedef {{ begin: () => Promise<boolean>, progress: (version: string) => Progress,
 *   answer: (exercise: string, answer: string) => Promise<Verdict>, look: (place: string) => void,
 *   onOpen: (go: (place: string) => void) => void, bar: () => HTMLElement }} Keeper
 */

/** @type {{ keeper: Keeper | null }} */
export const keeping = { keeper: null };
