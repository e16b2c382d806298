// A table of the terms of the bound, in nats, with a note below it.
//
//   const terms = makeBoundTerms(["this z", "average over q"], [["kl", "− KL(q ‖ p(z))", "minus_kl", "minus_kl"], ...]);
//   terms.show({ minus_kl: -8.1 }, note);   a row: its idea, its name, and a key for each column (null: nothing)

import { element } from "./elements.js";

const nats = (value) =>
  value === undefined || value === null ? "…" : Number.isFinite(value)
    ? (value < 0 ? "−" : "") + Math.abs(value).toFixed(2) : value < 0 ? "−∞" : "∞";

export function makeBoundTerms(columns, names) {
  const rows = names.map(([idea, name, ...keys]) => {
    const cells = keys.map((key) => ({ key, cell: element("td") }));
    return { cells, row: element("tr", { class: `vw-of-${idea}` },
      element("th", { scope: "row" }, name), ...cells.map(({ cell }) => cell)) };
  });
  const head = element("tr", {}, element("td"), ...columns.map((text) => element("th", { scope: "col" }, text)));
  const note = element("p", { class: "vw-terms-note" });
  return {
    element: element("div", { class: "vw-terms-holder" },
      element("table", { class: "vw-bound-terms" },
        element("caption", {}, "The bound, in nats"),
        element("thead", {}, head), element("tbody", {}, ...rows.map(({ row }) => row))), note),
    show(values, text) {
      for (const { cells } of rows) for (const { key, cell } of cells) cell.textContent = key ? nats(values[key]) : "";
      note.textContent = text;
    },
  };
}

// What is said of numbers that were integrated; `error` is undefined or null while they are not there.
export const integrationNote = (error) => error === undefined || error === null
  ? "The averages and log p(x) come when the hand rests."
  : `Integrated on grids; the last halving of their steps changed the numbers by ${Math.max(error, 0.001).toFixed(3)} or less.`;

// The same of numbers that were sampled; `error` is of all of them together, `ess` the effective sample size.
export const samplingNote = (error, ess) => error === undefined || error === null
  ? "The averages and log p(x) come when the hand rests."
  : `Sampled, 2,000 z: good to about ${error.toFixed(2)} nats. For log p(x) they are worth ${ess.toFixed(0)} of the posterior's own` +
    (ess < 5 ? ": too few, so that it is too low." : ".");
