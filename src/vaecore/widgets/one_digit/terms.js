// The terms of the bound in nats: for the z that is shown, and on average over q.

import { element } from "../parts/elements.js";

const ROWS = [
  ["likelihood", "log p(x | z)", "log_likelihood", "expected"],
  ["kl", "− KL(q ‖ p(z))", "minus_kl", "minus_kl"],
  ["q", "the bound", "one_bound", "bound"],
  ["truth", "log p(x)", null, "log_p"],
  ["kl", "the gap: log p(x) − bound", null, "gap"],
];

const nats = (value) =>
  value === undefined || value === null ? "…" : Number.isFinite(value)
    ? (value < 0 ? "−" : "") + Math.abs(value).toFixed(2) : value < 0 ? "−∞" : "∞";

export function makeTerms() {
  const rows = ROWS.map(([idea, name, one, all]) => {
    const cells = [one, all].map((key) => ({ key, cell: element("td") }));
    return { cells, row: element("tr", { class: `vw-of-${idea}` },
      element("th", { scope: "row" }, name), ...cells.map(({ cell }) => cell)) };
  });
  const head = element("tr", {}, element("td"), element("th", { scope: "col" }, "this z"),
    element("th", { scope: "col" }, "average over q"));
  const error = element("p", { class: "vw-error" });
  return {
    element: element("div", { class: "vw-terms-holder" },
      element("table", { class: "vw-bound-terms" },
        element("caption", {}, "The bound, in nats"),
        element("thead", {}, head), element("tbody", {}, ...rows.map(({ row }) => row))), error),
    show(values) {
      const known = { ...values };
      if (values.kl !== undefined) {
        known.minus_kl = -values.kl;
        known.one_bound = values.log_likelihood === undefined ? undefined : values.log_likelihood - values.kl;
        if (values.bound !== undefined && values.bound !== null) known.gap = values.log_p - values.bound;
      }
      for (const { cells } of rows) for (const { key, cell } of cells) cell.textContent = key ? nats(known[key]) : "";
      error.textContent = values.error === undefined || values.error === null
        ? "The averages and log p(x) come when the hand rests."
        : `Integrated on grids; the last halving of their steps changed the numbers by ${Math.max(values.error, 0.001).toFixed(3)} or less.`;
    },
  };
}
