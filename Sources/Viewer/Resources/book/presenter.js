// A lesson before a class: its screens one at a time in big type, and nothing of the page around them.

/** Whether the book is being presented. */
export function isPresenting() {
  return document.documentElement.dataset.presenting === "true";
}

/** Begins: the whole screen, where the browser gives it. */
export function present() {
  document.documentElement.dataset.presenting = "true";
  document.documentElement.requestFullscreen?.().catch(() => {});
}

/** Ends it. */
export function leave() {
  delete document.documentElement.dataset.presenting;
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}

// Whoever leaves the whole screen by the browser's own key leaves this, too.
document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement && isPresenting()) document.getElementById("present-button")?.click();
});
