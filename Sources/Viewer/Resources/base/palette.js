// The colours: one map and one palette per theme, handed over by the page builder, so that the PNG figures and this
// page agree to the byte.

/** @typedef {{ paper: string, ink: string, muted: string, line: string, accent: string, map: string }} Look */
/** @typedef {{ name: "light" | "dark", paper: string, ink: string, muted: string, line: string, accent: string,
 *   map: Uint8Array }} Theme  `map` holds 256 colours as RGB bytes. */

/** @type {{ light: Theme, dark: Theme } | null} */
let themes = null;
/** @type {"auto" | "light" | "dark"} */
let wish = "auto";
const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** Reads the builder's colours from the page. */
export function loadPalette() {
  const text = document.getElementById("colours")?.textContent ?? "";
  const looks = JSON.parse(text);
  themes = { light: theme("light", looks.light), dark: theme("dark", looks.dark) };
}

/**
 * @param {"light" | "dark"} name
 * @param {Look} look @returns {Theme}
 */
function theme(name, look) {
  const map = new Uint8Array(256 * 3);
  for (let i = 0; i < map.length; i += 1) map[i] = parseInt(look.map.slice(2 * i, 2 * i + 2), 16);
  return { ...look, name, map };
}

/**
 * The theme in use now.
 * @returns {Theme}
 */
export function currentTheme() {
  if (!themes) throw new Error("the palette is not loaded");
  const dark = wish === "auto" ? systemDark.matches : wish === "dark";
  return dark && !printing ? themes.dark : themes.light;
}

let printing = false;

/**
 * Paper is white: pictures are drawn in the light theme while printing.
 * @param {boolean} on
 */
export function setPrinting(on) {
  printing = on;
}

/**
 * Sets the theme the reader wishes and hands its colours to the style sheet.
 * @param {"auto" | "light" | "dark"} name
 */
export function applyTheme(name) {
  wish = name;
  const now = currentTheme();
  const root = document.documentElement;
  root.dataset.theme = now.name;
  for (const key of /** @type {const} */ (["paper", "ink", "muted", "line", "accent"])) {
    root.style.setProperty(`--${key}`, now[key]);
  }
  for (const share of [10, 20, 30, 40, 60, 80]) root.style.setProperty(`--map-${share}`, mapColor(share / 100));
  root.style.setProperty("--map-100", mapColor(1));
}

/** @param {() => void} listener */
export function onSystemTheme(listener) {
  systemDark.addEventListener("change", listener);
}

/**
 * The map's colour for a value in 0…1.
 * @param {number} value
 */
export function mapColor(value, theme = currentTheme()) {
  const i = 3 * Math.round(255 * Math.min(1, Math.max(0, value || 0)));
  return `rgb(${theme.map[i]} ${theme.map[i + 1]} ${theme.map[i + 2]})`;
}

/**
 * Shares of the map that text may stand on: the ink keeps 4.5 : 1 against every tint up to here.
 * @param {number} value 0…1
 */
export function tint(value, theme = currentTheme()) {
  return mapColor(value * (theme.name === "dark" ? 0.26 : 0.3), theme);
}

/**
 * Black or white ink on a colour of the map.
 * @param {number} value
 */
export function inkOn(value, theme = currentTheme()) {
  // Where both inks have the same contrast, at a lightness of about 0.56.
  const pale = theme.name === "dark" ? value > 0.47 : value < 0.59;
  return pale ? "#14161b" : "#fbfaf7";
}
