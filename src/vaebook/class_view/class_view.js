// Class view: on and off, forward and back, and the place in the address.
(() => {
  const { screensOf, pagesOf, stepsOf, isReady } = window.vaebookClassView;
  const article = document.querySelector("article.bd-article");
  const buttons = document.querySelector(".article-header-buttons");
  if (!article || !buttons || !article.querySelector(":scope > section")) return;

  const root = document.documentElement;
  // Whoever has the focus has the keys, too: sliders, fields, editors, films.
  const CONTROLS = "input, select, textarea, button, summary, a[href], [contenteditable], [tabindex]:not([tabindex='-1'])";
  const FORWARD = ["ArrowRight", "ArrowDown", "PageDown"];
  const BACK = ["ArrowLeft", "ArrowUp", "PageUp"];
  const ANSWERS = ".admonition.dropdown";

  let on = null; // while it is on: {screens, at, block, lines, bar, watch, wereOpen}

  const mark = (elements, name, yes) => elements.forEach((element) => element.toggleAttribute(name, yes));
  const shown = () => on.screens[on.at];
  const heightForText = () => innerHeight - on.bar.offsetHeight - parseFloat(getComputedStyle(article).paddingTop);

  const pages = () => {
    mark(shown().blocks, "data-next-page", false);
    return pagesOf(shown().blocks, heightForText());
  };
  // The number of the page on which the place is, and the blocks of that page.
  const pageHere = (starts) => starts.findLastIndex((start) => start <= on.block);
  // A figure that is higher than the screen is drawn smaller, if it fits then with letters that can be read.
  const SCALES = [1, 0.9, 0.8, 0.7];
  const setScale = (scale) => (scale === 1 ? root.style.removeProperty("--class-view-scale") : root.style.setProperty("--class-view-scale", scale));
  const fit = ([block, ...others]) => {
    if (others.length || !block.querySelector(".vaecore-widget")) return;
    const fits = SCALES.find((scale) => {
      setScale(scale);
      return block.getBoundingClientRect().height <= heightForText();
    });
    setScale(fits ?? 1); // else it is scrolled
  };

  // Puts on the screen what `on` says, and says it in the address.
  const show = () => {
    setScale(1);
    for (const screen of on.screens) mark(screen.blocks, "data-off-screen", screen !== shown());
    const starts = pages();
    const page = pageHere(starts);
    const end = starts[page + 1] ?? shown().blocks.length;
    const here = shown().blocks.filter((_, i) => i >= starts[page] && i < end);
    mark(shown().blocks.filter((block) => !here.includes(block)), "data-next-page", true);
    fit(here);
    const derivations = here.filter((block) => block.matches(".derivation"));
    const steps = derivations.every(isReady) ? derivations.flatMap(stepsOf) : null; // null: not typeset yet
    if (!steps) setTimeout(() => on && show(), 200);
    if (steps) on.lines = Math.max(1, Math.min(on.lines, steps.length));
    for (const line of article.querySelectorAll("[data-next-line]")) line.removeAttribute("data-next-line");
    mark(steps?.slice(on.lines).flat() ?? derivations, "data-next-line", true);
    Object.assign(on, { page, starts, steps: steps?.length ?? 0 });
    say();
  };
  const say = () => {
    const { bar, at, screens, page, starts, steps, lines } = on;
    bar.querySelector("select").selectedIndex = at;
    const parts = [`${at + 1} of ${screens.length}`];
    if (starts.length > 1) parts.push(`page ${page + 1} of ${starts.length}`);
    if (steps > 1) parts.push(`line ${lines} of ${steps}`);
    bar.querySelector(".class-view-place").textContent = parts.join(", ");
    bar.querySelector("[data-go=back]").disabled = at === 0 && page === 0 && lines === 1;
    bar.querySelector("[data-go=forward]").disabled = at === screens.length - 1 && page === starts.length - 1 && lines >= steps;
    keep(`${shown().id}.${on.starts[page]}.${lines}`);
  };

  const keep = (place) => {
    const address = new URL(location.href);
    if (place) address.searchParams.set("class", place);
    else address.searchParams.delete("class");
    try {
      history.replaceState(history.state, "", address);
    } catch {
      // some browsers keep the address of a page that was opened from a folder as it is
    }
  };
  const goTo = (at, block = 0, lines = 1) => {
    Object.assign(on, { at, block, lines });
    show();
    scrollTo({ top: 0, behavior: "instant" });
  };
  // What is taller than the screen is scrolled through before anything else comes.
  const scrolled = (by) => {
    const rest = by > 0 ? root.scrollHeight - innerHeight - scrollY : scrollY;
    if (rest <= 2) return false;
    scrollBy({ top: by * Math.min(rest, 0.8 * heightForText()), behavior: "instant" });
    return true;
  };
  const forward = () => {
    if (on.lines < on.steps) {
      on.lines += 1;
      show();
    } else if (scrolled(1)) return;
    else if (on.page < on.starts.length - 1) goTo(on.at, on.starts[on.page + 1]);
    else if (on.at < on.screens.length - 1) goTo(on.at + 1);
  };
  const back = () => {
    if (scrolled(-1)) return;
    if (on.lines > 1) {
      on.lines -= 1;
      show();
    } else if (on.page > 0) goTo(on.at, on.starts[on.page - 1], Infinity);
    else if (on.at > 0) goTo(on.at - 1, Infinity, Infinity);
  };

  const screenWith = (id) => {
    const wanted = id && document.getElementById(id);
    return on.screens.findIndex((screen) => screen.id === id || screen.blocks.some((block) => block.contains(wanted ?? null)));
  };
  // Where the reader is: what the address names, or the screen at the window's top.
  const whereTheReaderIs = () => {
    const [id, block, lines] = (new URLSearchParams(location.search).get("class") ?? "").split(".");
    const at = on.screens.findIndex((screen) => screen.id === id);
    if (at >= 0) return [at, Number(block) || 0, Number(lines) || 1];
    const below = on.screens.findIndex(({ blocks }) => blocks.some((part) => part.getBoundingClientRect().bottom > 60));
    return [Math.max(below, 0)];
  };

  const makeBar = () => {
    const bar = document.createElement("nav");
    bar.className = "class-view-bar";
    bar.setAttribute("aria-label", "Class view");
    bar.innerHTML =
      '<h1 class="visually-hidden"></h1><button type="button" data-go="back">Back</button><button type="button" data-go="forward">Forward</button>' +
      '<select aria-label="What is on the screen"></select><span class="class-view-place" role="status"></span>' +
      '<button type="button" data-go="leave">Leave (c)</button>';
    bar.querySelector("h1").textContent = on.screens[0].title; // the page's own is on the first screen alone
    bar.querySelector("select").append(...on.screens.map(({ title, ofExercise }) => new Option(ofExercise ? `\u2003${title}` : title)));
    bar.addEventListener("change", (event) => goTo(event.target.selectedIndex));
    bar.addEventListener("click", (event) => {
      const go = event.target.dataset.go;
      if (event.detail) event.target.closest("button")?.blur(); // a hand on the mouse: the keys turn pages
      if (go) ({ back, forward, leave })[go]();
    });
    return bar;
  };

  const enter = () => {
    on = { screens: screensOf(article), at: 0, block: 0, lines: 1 };
    const place = whereTheReaderIs();
    on.wereOpen = [...article.querySelectorAll(`${ANSWERS}:not(.toggle-hidden)`)].filter((box) => box.querySelector(":scope > .toggle-button, .admonition-title .toggle-button"));
    on.wereOpen.forEach(toggle);
    on.bar = makeBar();
    document.body.append(on.bar);
    root.dataset.classView = "";
    button.setAttribute("aria-pressed", "true");
    on.watch = new ResizeObserver(() => requestAnimationFrame(() => on && show()));
    on.watch.observe(article);
    addEventListener("resize", show);
    goTo(...place);
    document.activeElement?.blur();
  };
  const toggle = (box) => box.querySelector(".toggle-button")?.click();
  const leave = () => {
    const here = shown().blocks[on.starts[on.page]];
    on.watch.disconnect();
    removeEventListener("resize", show);
    for (const name of ["data-off-screen", "data-next-page", "data-next-line"]) mark([...article.querySelectorAll(`[${name}]`)], name, false);
    on.wereOpen.filter((box) => box.matches(".toggle-hidden")).forEach(toggle);
    on.bar.remove();
    delete root.dataset.classView;
    setScale(1);
    if (!root.getAttribute("style")) root.removeAttribute("style");
    button.setAttribute("aria-pressed", "false");
    on = null;
    keep(null);
    here.scrollIntoView({ block: "start", behavior: "instant" });
  };

  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm class-view-button";
  button.title = "Class view, for a projector (key c)";
  button.setAttribute("aria-label", "Class view");
  button.setAttribute("aria-pressed", "false");
  button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 4h18v12H3zM12 16v4M7 21l5-3 5 3"/></svg>';
  button.addEventListener("click", () => (on ? leave() : enter()));
  buttons.prepend(button);

  // Whatever a control does with Escape, it gives the keys back.
  addEventListener("keydown", (event) => on && event.key === "Escape" && document.activeElement?.blur(), true);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const busy = document.activeElement?.closest(CONTROLS);
    if (busy && busy !== button) return;
    if (event.key === "c") on ? leave() : enter();
    else if (on && FORWARD.includes(event.key)) forward();
    else if (on && BACK.includes(event.key)) back();
    else return;
    event.preventDefault();
  });
  addEventListener("hashchange", () => {
    if (!on) return;
    const at = screenWith(decodeURIComponent(location.hash.slice(1).split(";")[0]));
    if (at >= 0) goTo(at);
  });
  if (new URLSearchParams(location.search).has("class")) enter();
})();
