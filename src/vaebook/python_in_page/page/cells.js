// The page as a notebook: its cells in one namespace, in their order, and the bar that says what Python is doing.
// window.vaebookCells: start(page), and notebook(), which the script with the page's notebook calls.

(() => {
  const python = window.vaebookPython;
  const { element, passed } = window.vaebookCode;
  const { makeCell, MOD } = window.vaebookCell;
  const WORDS = {
    asleep: () => `Python is not loaded yet: ${python.megabytes().toFixed(0)} MB, once.`,
    loading: ({ come, total }) => `Loading: ${(come / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`,
    starting: () => "Starting Python …",
    ready: () => "Python is ready.",
    running: ({ seconds }) => (seconds ? `Running for ${seconds} s …` : "Running …"),
    stopped: () => `Stopped. What has run has to run again; your code is kept${learntSoFar()}.`,
    failed: ({ why }) => `Python could not be started here (${why}). The rocket above says where this chapter runs.`,
  };
  const IN_ONE_WORD = { loading: "Loading Python", running: "Running" }; // numbers that change are not read out

  let cells = []; // those with code of the chapter; exercises stand between them
  let exercises = []; // {holder, stub}: what is written there runs along
  let order = []; // both, as they stand on the page
  let notebook = null;

  function learntSoFar() {
    const words = cells.filter((cell) => cell.keeps()).map((cell) => `cell ${cell.number} (${cell.keeps()})`);
    return words.length ? `, and so is what was learnt by ${words.join(", ")}` : "";
  }

  // ---- Running: one cell after the other

  let queue = Promise.resolve();
  let turn = 0; // raised by Stop: what waited does not begin

  // keeps: whether its trainings may begin with what they had learnt when Python was ended.
  async function execute(cell, keeps) {
    cell.setState("running");
    cell.mark(0);
    cell.output.clear();
    const source = cell.text();
    const since = performance.now();
    const kept = keeps ? cell.learnt().map(({ what, bytes }) => [what, bytes]) : [];
    const request = { call: "cell", source, name: `cell ${cell.number}`, kept };
    const onPart = (part, bytes) => {
      if (part.kind !== "learnt") cell.output.show(part);
      else if (cell.text() === source) cell.learns({ ...part, bytes });
    };
    const answer = await python.ask(request, { onPart });
    const took = (performance.now() - since) / 1000;
    for (const [exercise, time] of Object.entries(answer.passed ?? {})) passed(exercise, time);
    if (answer.kind === "done" && cell.text() === source) cell.setState("done", ` (${took.toFixed(1)} s)${usedWords(answer.used)}`);
    else if (answer.kind === "done") cell.setState("changed");
    else if (answer.kind === "error") {
      cell.output.error(answer.text);
      cell.mark(answer.line);
      cell.setState("error");
    } else {
      cell.setState("stopped");
      if (answer.kind === "gone") cell.output.error(`Python has ended while this cell ran: ${answer.text.split("\n")[0]}`);
      if (answer.kind === "busy") cell.output.error("Python is busy with an exercise of this page: wait for it, or stop it there.");
    }
    return answer.kind === "done";
  }

  function usedWords(used) {
    const last = used?.at(-1);
    return last ? `, with what was learnt by epoch ${last.done} of ${last.epochs}` : "";
  }

  // What an exercise holds runs along, as in a notebook; what fails in it does not stop the others.
  async function along(exercise) {
    const source = exercise.holder.vaebook?.editor.text() ?? exercise.kept() ?? exercise.stub;
    if (exercise.ran === source) return true;
    const answer = await python.ask({ call: "cell", source, name: exercise.holder.dataset.exercise });
    if (answer.kind === "done" || answer.kind === "error") exercise.ran = source;
    return answer.kind === "done" || answer.kind === "error";
  }

  const isExercise = (one) => one.stub !== undefined;

  // Runs those above that have not run, or have changed since, and then these.  Those above train nothing again of which
  // the end is known, and go on with the model of a training that was stopped; these do so with `keeps`.
  function runAll(wanted, keeps = false) {
    const mine = turn;
    const last = wanted.at(-1);
    const toRun = order
      .slice(0, order.indexOf(last) + 1)
      .filter((one) => wanted.includes(one) || isExercise(one) || one.state() !== "done");
    const toWait = toRun.filter((one) => !isExercise(one));
    for (const cell of toWait) cell.setState("waiting");
    queue = queue.then(async () => {
      for (const one of toRun) {
        const goesOn = mine === turn && (await (isExercise(one) ? along(one) : execute(one, keeps || !wanted.includes(one))));
        if (goesOn) continue;
        for (const cell of toWait) if (cell.state() === "waiting") cell.setState(mine === turn ? "held" : "again");
        if (one !== last) one.holder.scrollIntoView({ block: "nearest" });
        return;
      }
    });
    return queue;
  }

  function run(cell, { goOn = false, keeps = false } = {}) {
    runAll([cell], keeps);
    const next = cells[cells.indexOf(cell) + 1];
    if (goOn && next) next.focus();
  }

  function stop() {
    turn++;
    python.stop();
  }

  // An interpreter has ended, and its namespace with it.
  function forget() {
    for (const cell of cells) if (["done", "changed", "error"].includes(cell.state())) cell.setState("again");
    for (const exercise of exercises) exercise.ran = null;
  }

  // ---- The bar

  function makeBar(page) {
    const status = element("span", { className: "rp-status", "aria-hidden": "true" });
    const spoken = element("span", { className: "pe-spoken", role: "status" });
    const button = (words, action, more = {}) => {
      const made = element("button", { type: "button", textContent: words, ...more });
      made.addEventListener("click", action);
      return made;
    };
    const stopButton = button("Stop", stop, { className: "rp-stop", hidden: true, "aria-label": "Stop Python" });
    const bar = element(
      "div",
      { className: "python-exercise run-bar", role: "region", "aria-label": "Python on this page" },
      element("div", { className: "pe-bar" },
        status, stopButton,
        button("Run all", () => runAll(cells), { "aria-label": "Run all cells" }),
        ...window.vaebookWork.buttons({ page, cells, exercises, say, getNotebook }),
        spoken,
      ),
      element("p", { id: "run-page-help", className: "pe-spoken" }, `${MOD}+Enter runs the cell, Shift+Enter runs it and goes on to the next. Escape, then Tab leaves the editor.`),
    );
    python.onState((state) => {
      status.textContent = WORDS[state.name](state);
      const words = IN_ONE_WORD[state.name] ?? status.textContent;
      if (spoken.textContent !== words) spoken.textContent = words;
      stopButton.hidden = !["loading", "starting", "running"].includes(state.name);
    });
    function say(words) {
      status.textContent = words;
      spoken.textContent = words;
    }
    return bar;
  }

  async function getNotebook(page, base) {
    if (!notebook) {
      await new Promise((resolve, reject) => {
        const script = element("script", { src: `${base}notebooks/${page}.js` });
        script.onload = resolve;
        script.onerror = () => reject(new Error("this chapter's notebook did not arrive"));
        document.head.append(script);
      });
    }
    return structuredClone(notebook);
  }

  function start(page) {
    const obstacle = python.obstacle();
    if (obstacle) throw new Error(obstacle);
    const article = document.querySelector(".bd-article") ?? document.body;
    const seen = {};
    for (const holder of article.querySelectorAll(".cell, .python-exercise[data-exercise]")) {
      if (holder.matches(".python-exercise")) {
        const { stub } = JSON.parse(holder.querySelector("script").textContent);
        const kept = () => window.vaebookCode.memory.read(`vae-book/code/${holder.dataset.exercise}`);
        const exercise = { holder, stub, kept, ran: null };
        exercises.push(exercise);
        order.push(exercise);
      } else if (holder.querySelector(".cell_input pre") && !holder.matches(".python-stub, .python-check, .tag_skip-execution")) {
        const cell = makeCell(holder, cells.length + 1, page, run, seen);
        cells.push(cell);
        order.push(cell);
      }
    }
    python.onEnd(forget);
    article.append(makeBar(page));
    document.documentElement.classList.add("page-runs");
    python.warm(); // who presses the button is going to need it
    cells[0]?.holder.scrollIntoView({ block: "nearest" });
  }

  window.vaebookCells = { start, notebook: (content) => (notebook = content), runAll: () => runAll(cells), cells: () => cells };
})();
