// The branches of a served run as a tree: where each left the other, by which change, and how it ends. One is on the page.

import { el, fill } from "../base/dom.js";
import { t, words } from "../base/strings.js";
import { plain } from "../base/format.js";
import { panel } from "../base/panels.js";
import { textSource } from "../data/source.js";
import { setBeside } from "../panels/compare.js";
import { section } from "../panels/section.js";
import { ServerClient } from "./server-client.js";

words({
  "branches.title": ["Branches", "分支"],
  "branches.lead": ["Each change to a step that was made already begins another branch; both stay. Choose one to see it.", "改變已走過的步驟會開出另一個分支，原來的也還在。選一個來看。"],
  "branches.one": ["One branch so far: nothing was changed on the way.", "目前只有一個分支：途中沒有改變過任何東西。"],
  "branches.from": ["from step {step}: {change}", "自第 {step} 步起：{change}"],
  "branches.root": ["the first run", "最初的執行"],
  "branches.steps": ["{n} steps", "{n} 步"],
  "branches.steps.one": ["1 step", "1 步"],
  "branches.beside": ["side by side", "並排"],
  "branches.beside.one": ["Set branch {name} beside the one shown", "把分支 {name} 與目前的並排"],
  "branches.list": ["Branches of this run", "這次執行的分支"],
  "nav.branches": ["Branches", "分支"],
});

/** @typedef {{ id: number, name: string | null, parent: number | null, sharedSteps: number, steps: number, changes: { step?: number, change?: string }[] | string[], ending: string }} Branch */

/** Characters of a branch's end that are shown. */
const endingLength = 60;

panel({
  id: "branches", area: "sections", order: 16, applies: (source) => source.live?.client instanceof ServerClient,
  make: (source) => {
    const live = /** @type {import("../engine/live-run.js").LiveRun} */ (source.live);
    const list = el("ul", { class: "branches", "aria-label": t("branches.list") });
    const note = el("p", { class: "note" });
    const draw = () => {
      const all = /** @type {Branch[]} */ (live.state?.branches ?? []);
      note.hidden = all.length > 1;
      list.hidden = all.length <= 1;
      fill(note, t("branches.one"));
      fill(list, all.map((one) => el("li", { style: { "--depth": depthOf(one, all) } }, choiceOf(one, live), besideOf(one, live))));
    };
    draw();
    return { element: section("branches", [note, list]), update: (changed) => { if (changed.has("growth")) draw(); } };
  },
});

/** @param {Branch} branch @param {Branch[]} all */
function depthOf(branch, all) {
  let [depth, one] = [0, /** @type {Branch | undefined} */ (branch)];
  for (; one && one.parent !== null && depth < 12; depth += 1) {
    const { parent } = one;
    one = all.find((other) => other.id === parent);
  }
  return depth;
}

/** @param {Branch} branch @param {import("../engine/live-run.js").LiveRun} live */
function choiceOf(branch, live) {
  const isShown = live.state?.branch === branch.id;
  const change = branch.changes.map((one) => (typeof one === "string" ? one : String(one.change ?? ""))).at(-1) ?? "";
  const told = branch.parent === null ? t("branches.root") : t("branches.from", { step: branch.sharedSteps + 1, change: plain(change || (branch.name ?? ""), 80) });
  const go = () => { if (!isShown) live.line(`switch ${branch.id}`, 80).catch((error) => live.report(error)); };
  return el("button", { type: "button", class: "branch", "aria-pressed": String(isShown), "data-control": `branch-${branch.id}`, on: { click: go } },
    el("span", { class: "branch-sign", "aria-hidden": "true" }, isShown ? "●" : "○"), " ",
    el("b", {}, branch.name === null ? `${branch.id}` : plain(branch.name, 40)), " ", el("span", {}, told), " ",
    el("span", { class: "label" }, branch.steps === 1 ? t("branches.steps.one") : t("branches.steps", { n: branch.steps })), " ",
    el("bdi", { class: "label" }, plain(branch.ending.slice(-endingLength), endingLength)));
}

/** @param {Branch} branch @param {import("../engine/live-run.js").LiveRun} live */
function besideOf(branch, live) {
  if (live.state?.branch === branch.id) return null;
  const name = branch.name === null ? `${branch.id}` : plain(branch.name, 40);
  return el("button", { type: "button", class: "quiet beside", "data-control": `beside-${branch.id}`, "aria-label": t("branches.beside.one", { name }),
    on: { click: () => showBeside(branch.id, live).catch((error) => live.report(error)) } }, t("branches.beside"));
}

/**
 * A branch as it is now, beside the one on the page: the engine has it as a run of its own, to be asked about both.
 * @param {number} branch @param {import("../engine/live-run.js").LiveRun} live
 */
async function showBeside(branch, live) {
  const run = (await live.client.ask({ request: "beside", run: await live.runNumber(), branch })).result.run;
  const [bytes = new Uint8Array()] = (await live.client.ask({ request: "trace", run })).attachments;
  const other = textSource(new TextDecoder().decode(bytes));
  Object.assign(other, { run, file: async () => bytes });
  await setBeside(other);
}
