// What `make pdf` changes of a built page before Chromium prints it. Returns what is in the page: its headings.
//
// first: the number of its first sheet.  running: what stands beside the numbers, by default the page's title.  roman: whether they are i, ii, iii.
// only: "solutions", to leave nothing else of the page; else "".  contents: lines, to show a list of contents instead.
({ first, running, roman, only, contents, title }) => {
  const article = document.querySelector("article");
  const plain = (element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".headerlink, mjx-assistive-mml").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const add = (tag, parent, text = "", attributes = {}) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.textContent = text;
    parent.append(element);
    return element;
  };

  // Each solution under the title of its exercise, and nothing else.
  function keepSolutions() {
    const heading = plain(article.querySelector("h1"));
    const kept = document.createElement("section");
    kept.id = "solutions";
    add("h1", kept, `Solutions: ${heading}`);
    for (const solution of article.querySelectorAll(".admonition.solution")) {
      let exercise = solution;
      while (exercise && !exercise.matches(".admonition.exercise")) exercise = exercise.previousElementSibling;
      const id = `solution-${exercise?.id ?? solution.id}`;
      const part = add("section", kept, "", { id, className: "solved-exercise" });
      add("h2", part, exercise ? plain(exercise.querySelector(".admonition-title")) : plain(solution));
      solution.querySelector(".admonition-title").remove();
      solution.className = "solution-at-the-end";
      part.append(solution);
    }
    article.replaceChildren(kept);
    // What they refer to is on the page itself, which joining.py finds by its address.
    for (const link of kept.querySelectorAll("a[href^='#']"))
      if (!kept.querySelector(`[id="${link.hash.slice(1)}"]`)) link.href = `?page${link.hash}`;
  }

  // A line for each part and section: [level, text, address, number of its sheet].
  function showContents() {
    const kept = document.createElement("section");
    kept.id = "contents";
    add("h1", kept, title);
    const list = add("div", kept, "", { className: `contents-on-paper ${contents.length > 45 ? "long" : ""}` });
    for (const [level, text, address, number] of contents) {
      const line = add("a", list, "", { href: address, className: `level-${level}` });
      add("span", line, text);
      add("span", line, "", { className: "dots" });
      add("span", line, String(number));
    }
    article.replaceChildren(kept);
  }

  // The list of the book's pages, which stands at the beginning with the numbers of the sheets.
  for (const list of article.querySelectorAll(".toctree-wrapper")) {
    const section = list.closest("section");
    list.remove();
    if (section.children.length === 1) section.remove();
  }
  if (only === "solutions") keepSolutions();
  if (contents) showContents();

  // A section may begin at the foot of a sheet, and its heading on the next: links lead to the heading.
  for (const section of article.querySelectorAll("section[id]")) {
    const heading = section.querySelector(":scope > :is(h1, h2, h3)");
    if (!heading || heading.id) continue;
    heading.id = section.id;
    section.removeAttribute("id");
  }

  const quoted = JSON.stringify(running || plain(article.querySelector("h1")));
  const style = `font: 8.5pt var(--pst-font-family-base, serif); color: #333; vertical-align: top; padding-top: 4mm`;
  add(
    "style",
    document.head,
    `@page { margin: 17mm 16mm 20mm; @bottom-left { content: ${quoted}; ${style} } ` +
      `@bottom-right { content: counter(page${roman ? ", lower-roman" : ""}); ${style} } } ` +
      `html { counter-reset: page ${first - 1}; }`,
  );
  // Chromium remembers the places to which a link of the page leads: one to each place, which nobody sees.
  const links = add("div", document.body, "", { hidden: true });
  for (const { id } of article.querySelectorAll("[id]:not(mjx-container *, svg *)"))
    if (id) add("a", links, "", { href: `#${id}` });
  return [...article.querySelectorAll(":is(h1, h2, h3):not(.admonition *)")].map((heading) => ({
    level: Number(heading.tagName[1]),
    id: heading.id,
    text: plain(heading),
  }));
};
