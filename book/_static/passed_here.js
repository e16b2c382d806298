// What progress() shows on a page: which questions and functions are passed, as far as this browser remembers (a
// question's widget and an exercise's script write it down), and from then on whatever is passed while the page is open.
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
  const idOf = ({ dataset }) => dataset.question ?? dataset.function;
  const count = (rows) => [rows.filter((row) => isPassed(idOf(row))).length, rows.length];
  const rowsIn = (box, kind) => [...box.querySelectorAll(`[data-${kind}]`)];
  const some = (number, word) => `${number} ${number === 1 ? word : `${word}s`}`;
  // Functions are written on pages only where these have a Python of their own.
  const areWritten = (functions) => document.querySelector(".python-exercise") !== null || count(functions)[0] > 0;
  const show = () => {
    for (const progress of document.querySelectorAll("[data-progress]")) {
      const questions = rowsIn(progress, "question"), functions = rowsIn(progress, "function");
      const written = areWritten(functions);
      for (const row of written ? [...questions, ...functions] : questions)
        write(row.querySelector("[data-passed-here]"), isPassed(idOf(row)) ? "✓ passed" : "○ open");
      const [done, there] = count(questions), [right, all] = count(functions);
      const others = written ? `${right} of ${some(all, "function")} written` : `${some(all, "exercise")} are for a notebook`;
      write(progress.querySelector("strong[data-passed-here]"), `${done} of ${there} questions passed in this browser; ${others}`);
      for (const chapter of progress.querySelectorAll("details")) {
        const parts = [];
        const [passed, asked] = count(rowsIn(chapter, "question")), [good, open] = count(rowsIn(chapter, "function"));
        const marks = (full, of) => "●".repeat(full) + "○".repeat(of - full);
        if (asked) parts.push(`${passed} of ${some(asked, "question")} passed ${marks(passed, asked)}`);
        if (open && written) parts.push(`${good} of ${some(open, "function")} ${marks(good, open)}`);
        if (parts.length) write(chapter.querySelector("summary > [data-passed-here]"), parts.join(", "));
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
