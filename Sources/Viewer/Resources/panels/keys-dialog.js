// The list of keys, which "?" opens and closes.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { bind, keyList } from "../base/keys.js";
import { panel } from "../base/panels.js";

words({
  "keys.title": ["Keys", "按鍵"],
  "keys.close": ["Close", "關閉"],
  "keys.pictures": ["Tab reaches every control and picture. In a row of choices the arrow keys choose. In the text ↑ ↓ go from token to token and Enter chooses. In the table of candidates Tab goes along a row and ↑ ↓ change the row. In the map of heads ↑ ↓ change the layer and Shift with ← → the head; in the heatmap + − 0 change the window; in the tree the arrows walk.", "Tab 可到達每個控制項與圖。在一列選項中用方向鍵選擇。在文字中 ↑ ↓ 換詞元，Enter 選取。在候選表中 Tab 沿橫列移動，↑ ↓ 換橫列。在注意力頭總覽中，↑ ↓ 換層，Shift 加 ← → 換頭；在熱圖中 + − 0 調整視窗；在樹上用方向鍵移動。"],
  "key.help": ["this list", "顯示本表"],
});

/** @type {Record<string, string>} */
const signs = { ArrowRight: "→", ArrowLeft: "←" };

// Filled when it opens: it names only the digits that have a panel then.
panel({ id: "keys", area: "layers", order: 10,
  make: () => ({ element: el("dialog", { class: "keys", id: "keys", "aria-label": t("keys.title") }) }) });

bind({ keys: ["?"], label: "key.help", order: 160, run: () => {
  const dialog = document.getElementById("keys");
  if (!(dialog instanceof HTMLDialogElement)) return;
  if (dialog.open) return dialog.close();
  fillKeys(dialog);
  dialog.showModal();
} });

/**
 * The list of keys, of the digits those that have a panel now.
 * @param {HTMLDialogElement} dialog
 */
function fillKeys(dialog) {
  const panels = document.querySelectorAll(".panel:not([hidden])").length;
  const rows = keyList().map(({ keys, told }) => el("tr", {},
    el("th", { scope: "row" }, keys.filter((key) => !(Number(key) > panels)).map((key) => el("kbd", {}, signs[key] ?? key))), el("td", {}, told)));
  fill(dialog, el("h2", {}, t("keys.title")), el("table", {}, el("tbody", {}, rows)),
    el("p", { class: "note" }, t("keys.pictures")),
    el("form", { method: "dialog" }, el("button", { class: "primary", autofocus: true }, t("keys.close"))));
}
