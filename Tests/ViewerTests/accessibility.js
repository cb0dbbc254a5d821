// A checklist of what a screen reader, a keyboard and weak eyes need, run inside the page by browser_test.py.
// Returns what it finds wrong, as sentences.
const findings = [];
const seen = (element) => element.checkVisibility({ visibilityProperty: true });
const where = (element) => `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}.${[...element.classList].join(".")}`;

// Names and roles.
const nameOf = (element) => element.getAttribute("aria-label")
  || (element.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join(" ").trim()
  || (element.labels && [...element.labels].map((label) => label.textContent).join(" ").trim())
  || element.textContent.trim() || element.title;
for (const element of document.querySelectorAll("button, a[href], select, input, [role=button], [role=slider], [role=radio], [role=option], [role=listbox], [role=radiogroup], canvas, nav, dialog")) {
  if (seen(element) && !nameOf(element)) findings.push(`${where(element)} has no name`);
}
for (const group of document.querySelectorAll("[role=radiogroup]:has([role=radio])")) {
  if (group.querySelectorAll("[role=radio][aria-checked=true]").length !== 1) findings.push(`${where(group)} has not one checked`);
}
for (const slider of document.querySelectorAll("[role=slider]")) {
  if (!seen(slider)) continue;
  for (const name of ["aria-valuenow", "aria-valuemin", "aria-valuemax"]) if (!slider.hasAttribute(name)) findings.push(`${where(slider)} lacks ${name}`);
}
for (const reference of ["aria-labelledby", "aria-activedescendant", "for"]) {
  for (const element of document.querySelectorAll(`[${reference}]`)) {
    for (const id of element.getAttribute(reference).split(" ")) if (!document.getElementById(id)) findings.push(`${where(element)}: ${reference} names nothing (${id})`);
  }
}
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) findings.push(`id ${id} stands twice`);
for (const table of document.querySelectorAll("table")) {
  if (seen(table) && !table.querySelector("th[scope]")) findings.push(`${where(table)} has no header cells`);
}

// Structure.
if (!document.documentElement.lang) findings.push("no language");
if (!document.title) findings.push("no title");
if (document.querySelectorAll("main").length !== 1) findings.push("not one main");
if (document.querySelectorAll("h1").length !== 1) findings.push("not one h1");
let level = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
  if (!seen(heading)) continue;
  const own = Number(heading.tagName[1]);
  if (own > level + 1) findings.push(`${heading.textContent}: h${own} after h${level}`);
  level = own;
}

// Focus: no positive tabindex; everything that scrolls sideways or down can be reached.
for (const element of document.querySelectorAll("[tabindex]")) if (element.tabIndex > 0) findings.push(`${where(element)} has a tabindex above 0`);
for (const element of document.querySelectorAll("*")) {
  const style = getComputedStyle(element);
  const scrolls = (/(auto|scroll)/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 2)
    || (/(auto|scroll)/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 2);
  if (scrolls && seen(element) && element !== document.scrollingElement && element.tabIndex < 0 && !element.querySelector("button, a[href], [tabindex='0'], input, select")) findings.push(`${where(element)} scrolls but cannot be reached`);
}

// Contrast (WCAG 2 AA): text against what is painted behind it.
const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
paint.canvas.width = paint.canvas.height = 1;
const rgba = (color) => {
  paint.clearRect(0, 0, 1, 1);
  paint.fillStyle = color;
  paint.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = (top, bottom) => top.slice(0, 3).map((value, i) => value * top[3] + bottom[i] * (1 - top[3]));
const luminance = (rgb) => rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const groundOf = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    layers.push(rgba(style.backgroundColor));
    const gradient = style.backgroundImage.match(/(?:rgba?|color|oklab)\([^()]*\)/);
    // The strip's tints are gradients of one colour; the dot of a space is no ground.
    if (gradient && at.classList.contains("token")) layers.splice(-1, 0, rgba(gradient[0]));
  }
  let ground = rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
  for (const layer of layers.reverse()) if (layer[3] > 0) ground = over(layer, ground);
  return ground;
};
const opacityOf = (element) => {
  let opacity = 1;
  for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
  return opacity;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const tested = new Set();
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
  const element = node.parentElement;
  if (!node.textContent.trim() || tested.has(element) || !element || !seen(element)) continue;
  tested.add(element);
  // Signs that stand for a space, and controls that are off, are no text to read.
  if (element.closest("[aria-disabled=true], :disabled, .blank-sign, .visually-hidden, script, style")) continue;
  const style = getComputedStyle(element);
  const ground = groundOf(element);
  const color = rgba(style.color);
  color[3] *= opacityOf(element);
  const ratio = contrast(over(color, ground), ground);
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5) - 0.01) findings.push(`${where(element)} "${node.textContent.trim().slice(0, 20)}": contrast ${ratio.toFixed(2)}`);
}
return findings;
