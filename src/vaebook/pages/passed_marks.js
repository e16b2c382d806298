// What this browser remembers as passed: beside the chapters in the contents, and on the list of all exercises; there,
// and where progress() stands, also as the file that progress() writes in a notebook, out and in.

(() => {
  const { chapters, file, format, version } = "what the build knows";
  const KEPT = "vae-book/passed/"; // in localStorage, as vaecore/widgets/question/question.py says
  const ALL = Object.values(chapters).flat();
  const heard = {}; // where the browser keeps nothing for pages: ID -> time

  // ID -> time, in whole seconds as in the file; of IDs that this book does not know, too.
  function passed() {
    const found = { ...heard };
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(KEPT)) found[key.slice(KEPT.length)] = localStorage.getItem(key).replace(/\.\d+Z$/, "Z");
      }
    } catch {
      // a browser that keeps nothing
    }
    return found;
  }

  function keep(id, time) {
    const before = passed()[id];
    const first = before && before < time ? before : time;
    heard[id] = first;
    try {
      localStorage.setItem(KEPT + id, first);
    } catch {
      // it stays while the page is open
    }
    dispatchEvent(new CustomEvent("vae-book-passed", { detail: KEPT + id }));
  }

  function element(tag, properties = {}, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  // ---- Marks

  const pageOf = (link) => new URL(link.href, location.href).pathname.split("/").pop().replace(/\.html$/, "");

  function markChapters(done) {
    for (const link of document.querySelectorAll(".bd-links a.internal")) {
      const exercises = chapters[pageOf(link)];
      if (!exercises) continue;
      const count = exercises.filter((id) => id in done).length;
      let mark = link.querySelector(".passed-mark");
      if (!count) {
        mark?.remove();
        continue;
      }
      if (!mark) link.append((mark = element("span", { className: "passed-mark" })));
      const words = `${count} of ${exercises.length} exercises passed`;
      if (mark.title === words) continue;
      mark.title = words;
      const short = element("span", { textContent: `${count === exercises.length ? "✓ " : ""}${count}/${exercises.length}` });
      short.setAttribute("aria-hidden", "true");
      mark.replaceChildren(short, element("span", { className: "passed-spoken", textContent: ` (${words})` }));
    }
  }

  function markRows(done) {
    for (const cell of document.querySelectorAll(".bd-article table tbody tr > td:first-child")) {
      const id = (cell.dataset.id ??= cell.textContent.trim());
      if (!ALL.includes(id)) continue;
      const mark = cell.querySelector(".passed-row");
      if (id in done && !mark) {
        const made = element("span", { className: "passed-row", textContent: " ✓", title: "passed" });
        made.append(element("span", { className: "passed-spoken", textContent: "passed" }));
        (cell.querySelector("p") ?? cell).append(made);
      } else if (!(id in done)) mark?.remove();
    }
  }

  // ---- The file

  function download() {
    const done = passed();
    const sorted = Object.fromEntries(Object.keys(done).sort().map((id) => [id, done[id]]));
    const text = `${JSON.stringify({ format, version, passed: sorted }, null, 1)}\n`;
    const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: "application/json" })), download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return `${file} has ${Object.keys(done).length} passed exercises.`;
  }

  async function load(chosen) {
    let entries = null;
    try {
      const content = JSON.parse(await chosen.text());
      if (content.format === format) entries = content.passed;
    } catch {
      // said below
    }
    if (!entries || typeof entries !== "object") return `${chosen.name} is not a file of progress; nothing is changed.`;
    const before = Object.keys(passed()).length;
    for (const [id, time] of Object.entries(entries)) {
      if (/^[\w.-]+$/.test(id) && typeof time === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time)) keep(id, time.replace(/\.\d+Z$/, "Z"));
    }
    const more = Object.keys(passed()).length - before;
    return more ? `Loaded: ${more} more ${more === 1 ? "exercise" : "exercises"} passed.` : "Loaded: nothing was new.";
  }

  // count: whether to say how many are passed; progress() says so itself.
  function offer(place, count) {
    const said = element("span", { className: "passed-said" });
    said.setAttribute("role", "status");
    const chooser = element("input", { type: "file", accept: ".json,application/json", hidden: true, tabIndex: -1 });
    chooser.addEventListener("change", async () => {
      if (chooser.files[0]) said.textContent = await load(chooser.files[0]);
      chooser.value = "";
    });
    const out = element("button", { type: "button", textContent: "Download my progress" });
    out.addEventListener("click", () => (said.textContent = download()));
    const back = element("button", { type: "button", textContent: "Load progress" });
    back.addEventListener("click", () => chooser.click());
    const counted = count ? [element("strong", { className: "passed-count" })] : [];
    place(element("div", { className: "passed-file" }, ...counted, out, back, chooser, said));
  }

  function show() {
    const done = passed();
    markChapters(done);
    markRows(done);
    const count = ALL.filter((id) => id in done).length;
    for (const place of document.querySelectorAll(".passed-count")) place.textContent = `${count} of ${ALL.length} passed in this browser.`;
  }

  function start() {
    const table = [...document.querySelectorAll(".bd-article section section table")].find((one) => ALL.includes(one.querySelector("tbody td")?.textContent.trim()));
    if (table) offer((made) => table.closest("section").before(made), true);
    const progress = document.querySelector(".bd-article [data-progress]");
    if (progress) offer((made) => progress.append(made), false);
    show();
  }

  addEventListener("vae-book-passed", ({ detail }) => {
    heard[detail.slice(KEPT.length)] ??= new Date().toISOString().replace(/\.\d+Z$/, "Z");
    show();
  });
  addEventListener("storage", show); // another tab
  addEventListener("pageshow", show); // also after going back
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
})();
