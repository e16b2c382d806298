// "Take my work along": this chapter's notebook with the reader's code in its cells, and the way back. window.vaebookWork.

(() => {
  const { element, memory } = window.vaebookCode;
  const base = new URL(".", document.currentScript.src).href;
  const CODE = "vae-book/code/"; // as in exercise.js

  const textOf = (cell) => (Array.isArray(cell.source) ? cell.source.join("") : (cell.source ?? ""));
  const codeCells = (notebook) => notebook.cells.filter((cell) => cell.cell_type === "code");

  // Which cell of a notebook belongs to which place of the page: both have the chapter's cells in one order.
  function pairs(notebook, places) {
    const found = [];
    let from = 0;
    const all = codeCells(notebook);
    for (const place of places) {
      const at = all.findIndex((cell, index) => index >= from && textOf(cell).trim() === place.original.trim());
      if (at < 0) continue;
      found.push([all[at], place]);
      from = at + 1;
    }
    return found;
  }

  // Cells and exercises alike: {original, text(), write(text)}.
  const placesOf = ({ cells, exercises }) => {
    const written = exercises.map(({ holder, stub }) => ({
      holder, original: stub,
      text: () => holder.vaebook?.editor.text() ?? memory.read(CODE + holder.dataset.exercise) ?? stub,
      write: (text) => (holder.vaebook ? holder.vaebook.editor.write(text) : memory.write(CODE + holder.dataset.exercise, text === stub ? null : text)),
    }));
    return [...cells, ...written].sort((a, b) => (a.holder.compareDocumentPosition(b.holder) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  };

  async function takeAlong(things) {
    const notebook = await things.getNotebook(things.page, base);
    let changed = 0;
    for (const [cell, place] of pairs(notebook, placesOf(things))) {
      if (place.text() === place.original) continue;
      cell.source = place.text().split(/(?<=\n)/);
      changed++;
    }
    const file = new Blob([`${JSON.stringify(notebook, null, 1)}\n`], { type: "application/x-ipynb+json" });
    const link = element("a", { href: URL.createObjectURL(file), download: `${things.page}.ipynb` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    things.say(`${things.page}.ipynb has your code in ${changed} of its cells.`);
  }

  async function bringBack(things, file) {
    let theirs;
    try {
      theirs = JSON.parse(await file.text());
      if (!Array.isArray(theirs.cells)) throw new Error();
    } catch {
      things.say(`${file.name} is no notebook (.ipynb); nothing is changed.`);
      return;
    }
    const notebook = await things.getNotebook(things.page, base);
    const ours = pairs(notebook, placesOf(things));
    const all = codeCells(notebook);
    const given = codeCells(theirs);
    const byId = new Map(given.map((cell) => [cell.id ?? cell.metadata?.id, cell]));
    const ids = ours.filter(([{ id }]) => byId.has(id)).length;
    // Where a program has thrown the cells' names away, their number and order have to do.
    const find = ids * 2 > ours.length ? ([{ id }]) => byId.get(id) : given.length === all.length ? ([{ id }]) => given[all.findIndex((cell) => cell.id === id)] : null;
    if (!find) {
      things.say(`${file.name} is not this chapter's notebook, or cells of it are missing; nothing is changed.`);
      return;
    }
    let changed = 0;
    for (const pair of ours) {
      const cell = find(pair);
      if (!cell || pair[1].text() === textOf(cell)) continue;
      pair[1].write(textOf(cell));
      changed++;
    }
    things.say(changed ? `Loaded: ${changed} cell${changed === 1 ? " has" : "s have"} the notebook's code now.` : "Loaded: the page has this code already.");
  }

  function buttons(things) {
    const guarded = (action) => action().catch((error) => things.say(`This did not work: ${error.message}.`));
    const take = element("button", { type: "button", textContent: "Take my work along", title: "Download this chapter's notebook with your code in its cells" });
    take.addEventListener("click", () => guarded(() => takeAlong(things)));
    const chooser = element("input", { type: "file", accept: ".ipynb,application/x-ipynb+json,application/json", hidden: true, tabIndex: -1 });
    chooser.addEventListener("change", () => {
      const [file] = chooser.files;
      if (file) guarded(() => bringBack(things, file));
      chooser.value = "";
    });
    const load = element("button", { type: "button", textContent: "Load it back", title: "Load a notebook of this chapter that you have worked on elsewhere" });
    load.addEventListener("click", () => chooser.click());
    return [take, load, chooser];
  }

  window.vaebookWork = { buttons };
})();
