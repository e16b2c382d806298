// A derivation comes line by line, each with its reason: rows of its formulas, and the numbered reasons below.
(() => {
  // The rows of a typeset formula that is nothing but rows: a matrix in a formula is not taken apart.
  const rowsOf = (formula) => {
    let table = formula.querySelector("mjx-math > mjx-mtable, mjx-math > :only-child mjx-mtable");
    while (table) {
      const rows = [...table.querySelectorAll("mjx-itable")][0]?.children ?? [];
      if (rows.length > 1) return [...rows];
      table = rows[0]?.querySelector("mjx-mtable");
    }
    return [];
  };

  // What is shown step by step: lists of elements, each list at once. What is in none is there from the start.
  const stepsOf = (box) => {
    const steps = [];
    let rows = 0;
    for (const part of box.children) {
      if (part.matches(".math")) {
        const lines = rowsOf(part);
        for (const line of lines.length ? lines : [part]) steps.push([line]);
        rows += lines.length || 1;
      } else if (part.matches("ol")) {
        [...part.children].forEach((reason, i) => (i < rows ? steps[steps.length - rows + i] : steps[steps.push([]) - 1]).push(reason));
        rows = 0;
      } else if (steps.length) {
        steps.push([part]);
      }
    }
    return steps;
  };

  // A formula that has not been typeset yet has no rows: it waits.
  const isReady = (box) => !window.MathJax || [...box.querySelectorAll(".math")].every((part) => part.querySelector("mjx-container"));

  Object.assign(window.vaebookClassView, { stepsOf, isReady });
})();
