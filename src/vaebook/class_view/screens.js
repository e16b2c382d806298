// What is shown together: a section without the sections inside it, an exercise with its hints and answers. Too
// much for one screen is divided into pages, block by block.
(() => {
  const OF_AN_EXERCISE = ".hint, .solution, .python-check, .notebook-link";

  const titleOf = (element) => {
    const copy = element.cloneNode(true);
    for (const mark of copy.querySelectorAll(".headerlink, mjx-assistive-mml, script, .toggle-button")) mark.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };

  // The screens of a page: {id, title, blocks}, in the order of the page.
  const screensOf = (article) => {
    const screens = [];
    const visit = (section) => {
      const title = titleOf(section.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)") ?? section);
      let screen = null;
      let parts = 0;
      const begin = (id, name) => screens.push((screen = { id, title: name, blocks: [] }));
      for (const block of section.children) {
        if (block.matches("section")) {
          visit(block);
          screen = null;
        } else if (block.matches(".exercise")) {
          begin(block.id, titleOf(block.querySelector(".admonition-title")));
          screen.ofExercise = true;
          screen.blocks.push(block);
        } else if (!block.matches("span, script, .passed-file")) {
          if (!screen || (screen.ofExercise && !block.matches(OF_AN_EXERCISE)))
            parts++ ? begin(`${section.id}~${parts}`, `${title}, continued`) : begin(section.id, title);
          screen.blocks.push(block);
        }
      }
    };
    for (const section of article.querySelectorAll(":scope > section")) visit(section);
    return screens;
  };

  // Where the pages of a screen begin, when `height` pixels can be seen: numbers of blocks.
  const pagesOf = (blocks, height) => {
    const starts = [0];
    let top = null;
    blocks.forEach((block, i) => {
      const box = block.getBoundingClientRect();
      if (!box.height) return;
      const above = box.top - parseFloat(getComputedStyle(block).marginTop);
      top ??= above;
      if (box.bottom - top > height && i > starts.at(-1)) {
        starts.push(i);
        top = above;
      }
    });
    return starts;
  };

  window.vaebookClassView = { screensOf, pagesOf };
})();
