// The logit lens: what each layer would have said if the model ended there. Called by: main, where a run recorded it.

import { el, fill } from "../base/dom.js";
import { t } from "../base/strings.js";
import { percent, tokenLabel } from "../base/format.js";
import { fitted } from "../base/pen.js";
import { Figure } from "../base/figure.js";
import { inkOn, mapColor } from "../base/palette.js";
import { place } from "../base/place.js";
import { section } from "./section.js";
import { hiddenFrom } from "./predict.js";

const rowHeight = 24;
const layerRoom = 74;
const top = 22;

/**
 * @param {import("../data/source.js").TraceSource} source
 * @returns {import("../base/types.js").Panel | null}
 */
export function lensPanel(source) {
  const { trace } = source;
  if (!trace.steps.some((step) => (step.lens?.length ?? 0) > 0)) return null;
  const step = () => trace.steps[place().step];
  const told = el("p", { class: "told" });
  const figure = new Figure({
    name: "lens",
    label: () => told.textContent ?? "",
    draw: (pen, w, theme) => {
      const now = step();
      const rows = [...(now?.lens ?? [])].sort((a, b) => b.layer - a.layer);
      if (!now || rows.length === 0 || place().step >= hiddenFrom()) return 1;
      const columns = Math.max(...rows.map((row) => row.top.length), 1);
      const shown = Math.min(columns, Math.max(1, Math.floor((w - layerRoom) / 104)));
      const cell = (w - layerRoom) / shown;
      for (let k = 0; k < shown; k += 1) pen.text(`${k + 1}`, layerRoom + k * cell + 6, 14, { size: 11, fill: theme.muted });
      rows.forEach((row, i) => {
        const y = top + i * rowHeight;
        pen.text(row.layer === 0 ? t("lens.embedding") : String(row.layer), layerRoom - 10, y + 16, { size: 11.5, fill: theme.muted, align: "right" });
        row.top.slice(0, shown).forEach((entry, k) => {
          const value = Math.sqrt(entry.probability);
          const x = layerRoom + k * cell;
          pen.rect(x, y, cell - 2, rowHeight - 2, mapColor(value, theme));
          const isChosen = entry.id === now.token.id;
          if (isChosen) pen.rect(x, y, 4, rowHeight - 2, theme.accent);
          const share = percent(entry.probability);
          const ink = inkOn(value, theme);
          const room = cell - 18 - pen.measure(share, { size: 10.5 });
          const name = fitted(pen, tokenLabel(entry), { size: 14, serif: true, weight: 700 }, room);
          pen.text(name, x + 8, y + 16, { size: 14, serif: true, fill: ink, weight: isChosen ? 700 : 400 });
          if (cell > 70) pen.text(share, x + cell - 8, y + 15, { size: 10.5, fill: ink, align: "right" });
        });
      });
      return top + rows.length * rowHeight + 4;
    },
    table: () => ({ caption: t("lens.table"), head: [t("attention.layer"), "1", "2", "3", "4", "5"],
      rows: place().step >= hiddenFrom() ? [] : (step()?.lens ?? []).map((row) => [row.layer, ...row.top.slice(0, 5).map((e) => `${tokenLabel(e)} ${percent(e.probability)}`)]) }),
  });
  const element = section("lens", [told, figure.element]);

  /** @param {Set<string>} changed */
  function update(changed) {
    if (!["step", "theme", "predict"].some((name) => changed.has(name))) return;
    const now = step();
    const hidden = place().step >= hiddenFrom();
    const rows = [...(now?.lens ?? [])].sort((a, b) => a.layer - b.layer);
    // From which layer on the chosen token stays in front.
    let since = -1;
    for (const row of rows) {
      if (row.top[0]?.id !== now?.token.id) since = -1;
      else if (since < 0) since = row.layer;
    }
    fill(told, !now || rows.length === 0 ? t("lens.none") : hidden ? t("predict.hidden")
      : since < 0 ? t("lens.never", { token: `‹${tokenLabel(now.token)}›` }) : t("lens.since", { token: `‹${tokenLabel(now.token)}›`, layer: since }));
    figure.redraw();
  }
  update(new Set(["step"]));
  return { element, update };
}
