// One code cell of a page: an editor in the place of its listing, a button that runs it, and its output. What order cells
// run in is for cells.js to say. window.vaebookCell.

(() => {
  const { memory, element, makeField, MOD } = window.vaebookCode;
  const KEPT = "vae-book/cell/"; // in localStorage: KEPT + page + "/" + a hash of the cell's own code

  // A short name for a cell that stays when others come and go.
  function hash(text) {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    return value.toString(16).padStart(8, "0");
  }

  const STATES = {
    fresh: "",
    waiting: "waits for the cells above",
    running: "running …",
    done: "has run",
    error: "stopped with an error",
    changed: "changed: to run again",
    again: "to run again",
    stopped: "stopped: to run again",
    held: "not run: a cell above has stopped",
  };

  // holder: the page's element of the cell.  number: from 1.  run(cell, {goOn, keeps}): what its buttons do.  seen: how
  // often each code has come so far.
  function makeCell(holder, number, page, run, seen) {
    const input = holder.querySelector(".cell_input");
    const original = input.querySelector("pre").textContent.replace(/\n$/, "");
    const before = (seen[original] = (seen[original] ?? -1) + 1);
    const key = `${KEPT}${page}/${hash(original)}${before ? `-${before}` : ""}`;
    const field = element("div", { className: "pe-field" });
    const said = element("span", { className: "rc-state" });
    const button = (words, label, action) => {
      const made = element("button", { type: "button", textContent: words, "aria-label": `${label} cell ${number}` });
      made.addEventListener("click", action);
      return made;
    };
    const runButton = button("Run", "Run", () => run(cell));
    const useButton = button("Use what it learnt", "Without training again, run", () => run(cell, { keeps: true }));
    const resetButton = button("Reset", "Reset the code of", () => cell.write(original));
    const bar = element("div", { className: "pe-bar rc-bar" }, runButton, useButton, resetButton, said);

    let place = holder.querySelector(":scope > .cell_output");
    const pictures = [...(place?.querySelectorAll("img") ?? [])].map((image) => ({ alt: image.alt, style: image.getAttribute("style") }));
    if (!place) {
      place = element("div", { className: "cell_output docutils container" });
      const folded = holder.querySelector(":scope > .folded-code");
      folded ? folded.before(place) : holder.append(place);
    }
    place.setAttribute("role", "group");
    place.setAttribute("aria-label", `Output of cell ${number}`);
    input.after(field);
    const folded = holder.querySelector(":scope > .folded-code");
    folded ? folded.after(bar) : field.after(bar);
    holder.classList.add("is-live");
    const output = window.vaebookOutputs.makeOutput(place, pictures, original.includes("show_images("));

    let editor = null;
    let text = memory.read(key) ?? original;
    let state = "fresh";
    // What its trainings have reported last, by the code with which: {source, models: number -> {done, epochs, what, bytes}}.
    let learnt = { source: null, models: new Map() };
    const cell = {
      holder, original, number, output, key,
      text: () => text,
      write(now) {
        editor ? editor.write(now) : changed(now);
      },
      state: () => state,
      setState(now, more = "") {
        state = now;
        holder.dataset.run = now;
        const kept = ["again", "stopped"].includes(now) ? cell.keeps() : "";
        said.textContent = STATES[now] + more + (kept && `; kept: ${kept}`);
        useButton.hidden = !kept;
      },
      // Takes what a training has reported.
      learns(model) {
        if (learnt.source !== text) learnt = { source: text, models: new Map() };
        learnt.models.set(model.number, model);
      },
      learnt: () => (learnt.source === text ? [...learnt.models.values()] : []),
      // How far the training has come of which something is kept, in words; or "".
      keeps() {
        const last = cell.learnt().at(-1);
        return last ? `epoch ${last.done} of ${last.epochs}` : "";
      },
      mark: (line) => editor?.mark(line),
      focus() {
        folded?.setAttribute("open", "");
        edit();
        editor.focus();
      },
    };

    function changed(now) {
      if (now === text) return;
      text = now;
      resetButton.hidden = now === original;
      if (!["fresh", "held", "running", "waiting"].includes(state)) cell.setState("changed");
      if (!memory.write(key, now === original ? null : now)) said.textContent = "This browser keeps nothing: copy your code before you leave.";
    }

    function edit() {
      editor ??= makeField({
        parent: field,
        text,
        label: `Code of cell ${number}, Python`,
        describedBy: "run-page-help",
        keys: { "Mod-Enter": () => run(cell), "Shift-Enter": () => run(cell, { goOn: true }) },
        onChange: changed,
      }, true);
    }

    // The editor comes when the cell comes near the window: a chapter has many of them.
    const near = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      near.disconnect();
      edit();
      holder.classList.add("has-editor");
    }, { rootMargin: "600px" });
    near.observe(holder);
    resetButton.hidden = text === original;
    useButton.hidden = true;
    cell.setState("fresh");
    holder.vaebookCell = cell; // for tests, and for the curious
    return cell;
  }

  window.vaebookCell = { makeCell, MOD };
})();
