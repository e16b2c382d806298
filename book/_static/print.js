// What style cannot do for paper: the light theme, whatever the screen has; each line of code in an element of
// its own, so that a long one can go on indented; and formulas as wide as the column at most.
(() => {
  const WIDE = 80; // characters: shorter lines fit on every paper
  const SHORT = 12; // lines: so few are kept on one sheet
  const COLUMN = 660; // CSS pixels: what print.css leaves of the width of A4, less the boxes' borders; Letter is wider
  const LETTERS = 14; // CSS pixels: the size of the text there
  const NUMBER = 60; // an equation's number takes this much of it

  // Lines of highlighted code: what is open at a line's end is opened again in the next.
  function split(pre) {
    const open = [];
    return pre.innerHTML.split(/(?<=\n)/).map((line) => {
      const before = open.join("");
      for (const [tag] of line.matchAll(/<[^>]*>/g)) tag.startsWith("</") ? open.pop() : open.push(tag);
      const after = open.map((tag) => `</${tag.match(/\w+/)[0]}>`).reverse().join("");
      return `<span class="code-line">${before}${line}${after}</span>`;
    }).join("");
  }
  function wrapLines() {
    for (const pre of document.querySelectorAll("article pre"))
      pre.classList.toggle("short", pre.textContent.trim().split("\n").length <= SHORT);
    for (const pre of document.querySelectorAll("article div.highlight pre:not(:has(.code-line))"))
      if (pre.textContent.split("\n").some((line) => line.length > WIDE)) pre.innerHTML = split(pre);
  }
  // What has been passed is for the screen; so is a sentence that leads to it and says nothing else.
  function markProgress() {
    for (const cell of document.querySelectorAll("article .cell:has([data-progress])")) {
      const before = cell.previousElementSibling;
      if (before?.matches("p") && !/[.:]\s+\S/.test(before.textContent)) before.classList.add("leads-to-progress");
    }
  }
  function fitFormulas() {
    for (const box of document.querySelectorAll("article mjx-container[display='true']")) {
      const own = parseFloat(box.style.fontSize) || 100; // per cent: MathJax goes by the letters around
      const formula = box.querySelector("mjx-math").getBoundingClientRect().width;
      const width = (formula / parseFloat(getComputedStyle(box).fontSize)) * (own / 100) * LETTERS;
      const room = COLUMN - (box.closest("div.math")?.querySelector(".eqno") ? NUMBER : 0);
      if (width > room) box.style.setProperty("--on-paper", `${((own * room) / width).toFixed(1)}%`);
      else box.style.removeProperty("--on-paper");
    }
  }

  let theme = null; // that of the screen, while something is printed
  function before() {
    if (theme !== null) return;
    theme = document.documentElement.dataset.theme ?? "";
    document.documentElement.dataset.theme = "light";
    wrapLines();
    markProgress();
    fitFormulas();
  }
  function after() {
    if (theme === null) return;
    document.documentElement.dataset.theme = theme;
    theme = null;
  }
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  matchMedia("print").addEventListener("change", ({ matches }) => (matches ? before() : after()));
})();
