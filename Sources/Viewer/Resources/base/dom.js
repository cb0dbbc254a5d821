// Small helpers to build the document. Text only ever enters through text nodes, so no token can become markup.

const svgNamespace = "http://www.w3.org/2000/svg";

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * An element with attributes and children. `on` holds listeners, `style` custom properties and styles (set through
 * the object model, which the page's security policy allows), `text` a text child.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

/**
 * The same for SVG.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(svgNamespace, tag);
  apply(element, attributes);
  append(element, children);
  return element;
}

/**
 * @param {Element} element
 * @param {Record<string, any>} attributes
 */
function apply(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [key, text] of Object.entries(value)) {
        /** @type {HTMLElement} */ (element).style.setProperty(key, String(text));
      }
    } else if (name === "text") {
      element.append(String(value));
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

/**
 * @param {Element} parent
 * @param {(Child | Child[])[]} children
 */
function append(parent, children) {
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Replaces an element's children. A control among them that has the keyboard hands it to the one that takes its place.
 * @param {Element} parent @param {...(Child | Child[])} children
 */
export function fill(parent, ...children) {
  const restore = heldFocus(parent);
  parent.replaceChildren();
  append(parent, children);
  restore?.();
}

const reachable = "a[href], button, input, select, textarea, [tabindex]";

/**
 * What gives the keyboard back to a part of the page that is about to be made anew; null when it is elsewhere.
 * @param {Element} parent
 */
function heldFocus(parent) {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || held === parent || !parent.contains(held)) return null;
  const controls = () => [...parent.querySelectorAll(reachable)].flatMap((one) => (one instanceof HTMLElement && one.checkVisibility() ? [one] : []));
  const kind = (/** @type {HTMLElement} */ one) => `${one.tagName} ${one.getAttribute("role")} ${one.dataset.control ?? ""}`;
  const alike = () => controls().filter((one) => kind(one) === kind(held));
  const groups = () => [...parent.querySelectorAll("[role=radiogroup]")];
  const [group, index, place] = [groups().findIndex((one) => one.contains(held)), alike().indexOf(held), controls().indexOf(held)];
  return () => {
    if (held.isConnected) return held.focus({ preventScroll: true });
    // In a group it is the checked one that the keyboard stands on.
    const checked = groups()[group]?.querySelector("[aria-checked=true]");
    const named = held.id ? document.getElementById(held.id) : null;
    const found = checked ?? named ?? alike()[index] ?? controls()[Math.min(place, controls().length - 1)] ?? parent.closest(".panel")?.querySelector("h2");
    if (found instanceof HTMLElement) found.focus({ preventScroll: true });
  };
}

/**
 * A token's label as a word of text: the signs for spaces and line ends stand back.
 * @param {string} label
 */
export function word(label) {
  // The element keeps the word's direction to itself; the signs that do so in plain text are not wanted here.
  return el("bdi", { class: "word" }, label.replace(/[\u2068\u2069]/g, "").split(/([␣↵⇥]+)/).filter((part) => part !== "").map((part) =>
    "␣↵⇥".includes(part[0] ?? "x") ? el("span", { class: "blank-sign" }, part) : part));
}

/**
 * Hands a file to the reader's download folder.
 * @param {string} name @param {Blob} blob
 */
export function save(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
