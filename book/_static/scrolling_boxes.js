// A formula, a table or a listing that is too wide scrolls in its own box: the keyboard must get there too.
// So does a formula in running text that is wider than its line, in large letters: it gets a line of its own.
(() => {
  const scrolls = (box) => box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX);
  const look = (box) => {
    if (scrolls(box)) {
      if (box.tabIndex === 0) return;
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      const kind = box.closest(".math") ? "formula" : box.matches(".figure-box") ? "figure" : "content";
      box.setAttribute("aria-label", `Wide ${kind}`);
      box.dataset.scrolls = "";
    } else if ("scrolls" in box.dataset) {
      for (const name of ["tabindex", "role", "aria-label", "data-scrolls"]) box.removeAttribute(name);
    }
  };
  const boxes = "div.math, pre, .pst-scrollable-table-container, .cell_output > .output, .figure-box";
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      look(target);
      target.querySelectorAll("mjx-container[display='true']").forEach(look);
    }
  });
  const fit = (article) => {
    const formulas = [...article.querySelectorAll("mjx-container:not([display])")];
    const wide = formulas.map((formula) => {
      const line = formula.closest("p, li, dt, dd, td, th, div");
      return formula.firstElementChild.getBoundingClientRect().width > line.clientWidth;
    });
    formulas.forEach((formula, i) => {
      if (wide[i] === formula.hasAttribute("data-wide")) return;
      formula.toggleAttribute("data-wide", wide[i]);
      look(formula);
    });
  };
  // A frame later: what changes sizes while sizes are being told makes browsers complain.
  const lines = new ResizeObserver(([{ target }]) => requestAnimationFrame(() => fit(target)));
  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll(boxes)) if (box.closest("article")) sizes.observe(box);
    const article = document.querySelector("article");
    if (article) lines.observe(article);
  });
})();
