// An exercise that asks for a function, on the page: an editor with its stub, and what `check` says of the answer,
// in the words that a notebook has for it.
//
// The page holds <div class="python-exercise" data-exercise="L-KL" data-function="compute_KL"> right behind the cell
// with the stub, with what it needs in a <script type="application/json">: the stub, the chapter's imports, and what
// to say of an answer that never came back.  When it comes near the window, a plain field takes the cell's place, and
// once somebody is about to write in it, the editor takes the field's.

(() => {
  const python = window.vaebookPython;
  const { memory, element, makeField, passed, plain, MOD } = window.vaebookCode;
  const CODE = "vae-book/code/"; // in localStorage

  const WORDS = {
    asleep: () => `Python is not loaded yet: the first check loads ${python.megabytes().toFixed(0)} MB, once.`,
    loading: ({ come, total }) => `Loading Python: ${(come / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`,
    starting: () => "Starting Python …",
    ready: () => "Python is ready.",
    running: ({ seconds }) => (seconds ? `Running for ${seconds} s …` : "Running …"),
    stopped: () => "Stopped. The next check starts Python afresh; your code is kept.",
    failed: ({ why }) => `Python could not be started here (${why}). The chapter's notebook, below, can be run elsewhere.`,
  };
  const IN_ONE_WORD = { loading: "Loading Python", running: "Running" }; // numbers that change are not read out

  function bringToLife(holder) {
    const { exercise, function: wanted } = holder.dataset;
    const data = JSON.parse(holder.querySelector("script").textContent);
    const key = CODE + exercise;
    const kept = memory.read(key);
    const help = `python-help-${exercise}`;
    const field = element("div", { className: "pe-field" });
    const said = element("div", { className: "pe-said", "aria-live": "polite" });
    const status = element("span", { className: "pe-status", "aria-hidden": "true" });
    const spoken = element("span", { className: "pe-spoken", role: "status" });
    const button = (words, action, more = {}) => {
      const made = element("button", { type: "button", textContent: words, ...more });
      made.addEventListener("click", action);
      return made;
    };
    const checkButton = button("Check", () => work("check"), {
      className: "pe-check", title: `Judge the answer (${MOD}+Enter)`, "aria-label": `Check ${exercise}`,
    });
    const runButton = button("Run", () => work("run"), {
      title: "Run the code, and show what it prints and the value of its last line", "aria-label": `Run the code of ${exercise}`,
    });
    const resetButton = button("Reset", reset, { "aria-label": `Reset the code of ${exercise}` });
    const stopButton = button("Stop", () => python.stop(), { className: "pe-stop", hidden: true, "aria-label": "Stop Python" });
    const editor = makeField({
      parent: field,
      text: kept ?? data.stub,
      label: `Your answer to ${exercise}, Python code`,
      describedBy: help,
      keys: { "Mod-Enter": () => work("check"), "Shift-Enter": () => work("run") },
      onChange: changed,
    }, kept !== null);
    holder.append(
      field,
      element("p", { id: help, className: "pe-help" }, `${MOD}+Enter checks, Shift+Enter runs. Escape, then Tab leaves the editor.`),
      element("div", { className: "pe-bar" }, checkButton, runButton, resetButton, stopButton, status, spoken),
      said,
    );
    holder.classList.toggle("pe-changed", kept !== null);
    holder.dataset.state = "alive";
    holder.vaebook = { editor, work }; // for tests, and for the curious

    function changed(text) {
      const own = text !== data.stub;
      holder.classList.toggle("pe-changed", own);
      said.firstElementChild?.classList.add("pe-stale");
      if (!memory.write(key, own ? text : null)) status.textContent = "This browser keeps nothing: copy your code before you leave.";
    }

    function reset() {
      editor.write(data.stub);
      said.replaceChildren(element("p", { className: "pe-note" }, `Reset. ${MOD}+Z in the editor brings your code back.`));
      editor.focus();
    }

    function show(markup, stale = false) {
      const box = element("div", { className: "pe-result" });
      box.innerHTML = markup;
      box.classList.toggle("pe-stale", stale);
      said.replaceChildren(box);
    }

    let isMine = false; // what Python is doing, it does for this exercise
    async function work(what) {
      isMine = true;
      const source = editor.text();
      editor.mark(0);
      said.replaceChildren();
      const request = { call: what, exercise, function: wanted, source, imports: data.imports };
      const answer = await python.ask(request, { seconds: what === "check" ? data.limit : 0 });
      isMine = false;
      if (answer.line) editor.mark(answer.line);
      if (answer.kind === "verdict") {
        show(answer.html, editor.text() !== source);
        if (answer.status === "passed") passed(exercise);
      } else if (answer.kind === "output" || answer.kind === "error") {
        said.replaceChildren(...(answer.text ? [plain(answer.text, "What the code put out")] : []));
        if (answer.html) said.append(Object.assign(element("div"), { innerHTML: answer.html }));
        if (!said.hasChildNodes()) said.append(element("p", { className: "pe-note" }, "It ran, and printed nothing."));
      } else if (answer.kind === "late") show(data.late);
      else if (answer.kind === "gone") show(data.ended);
      else if (answer.kind === "spoilt") said.replaceChildren(element("p", { className: "pe-note" }, answer.text));
      else if (answer.kind === "busy") said.replaceChildren(element("p", { className: "pe-note" }, "Python is busy with something else on this page: wait for it, or stop it there."));
    }

    python.onState((state) => {
      const words = WORDS[state.name](state);
      if (status.textContent !== words) status.textContent = words;
      const spokenWords = isMine ? (IN_ONE_WORD[state.name] ?? words) : "";
      if (spoken.textContent !== spokenWords) spoken.textContent = spokenWords;
      const active = ["loading", "starting", "running"].includes(state.name);
      stopButton.hidden = !(active && state.name !== "loading" && isMine);
      for (const one of [checkButton, runButton]) one.setAttribute("aria-disabled", String(active));
    });
    addEventListener("storage", (event) => {
      if (event.key === key && !document.hasFocus()) editor.write(event.newValue ?? data.stub);
    });
  }

  const trouble = (holder, why) => {
    holder.dataset.state = "failed";
    const words = `It cannot be run on this page (${why}). The chapter's notebook, below, can be run elsewhere.`;
    holder.append(element("p", { className: "pe-note" }, words));
  };

  function start() {
    const holders = document.querySelectorAll(".python-exercise");
    const obstacle = python.obstacle();
    if (obstacle) {
      document.documentElement.classList.add("no-python-in-page");
      for (const holder of holders) trouble(holder, obstacle);
      return;
    }
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          bringToLife(target);
        }
      },
      { rootMargin: "600px" },
    );
    for (const holder of holders) seen.observe(holder);
  }
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
})();
