// What progress() shows on a page: which questions are passed, as far as this browser remembers (the question's
// widget writes it down), and from then on whatever is passed while the page is open.
(() => {
  const KEPT = "vae-book/passed/"; // as vaecore/widgets/question/question.py says
  const heard = new Set(); // where the browser keeps nothing for pages
  const isPassed = (id) => {
    try {
      return heard.has(id) || localStorage.getItem(KEPT + id) !== null;
    } catch {
      return false;
    }
  };
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const count = (rows) => [rows.filter((row) => isPassed(row.dataset.question)).length, rows.length];
  const show = () => {
    for (const progress of document.querySelectorAll("[data-progress]")) {
      const all = [...progress.querySelectorAll("[data-question]")];
      for (const row of all)
        write(row.querySelector("[data-passed-here]"), isPassed(row.dataset.question) ? "✓ passed" : "○ open");
      const [done, there] = count(all);
      const others = progress.querySelectorAll("tr:has(td):not([data-question])").length;
      const words = `${done} of ${there} questions passed in this browser; ${others} exercises are for a notebook`;
      write(progress.querySelector("strong[data-passed-here]"), words);
      for (const chapter of progress.querySelectorAll("details")) {
        const [passed, asked] = count([...chapter.querySelectorAll("[data-question]")]);
        const marks = "●".repeat(passed) + "○".repeat(asked - passed);
        const place = chapter.querySelector("summary > [data-passed-here]");
        if (asked) write(place, `${passed} of ${asked} ${asked === 1 ? "question" : "questions"} passed ${marks}`);
      }
    }
  };
  addEventListener("vae-book-passed", ({ detail }) => {
    heard.add(detail.slice(KEPT.length));
    show();
  });
  addEventListener("storage", show); // another tab
  addEventListener("pageshow", show); // also after going back
  document.addEventListener("DOMContentLoaded", show);
})();
