// Loads MathJax once the widgets in sight are alive, two seconds later at most: pictures first, then formulas.
(() => {
  const source = new URL("tex-chtml.js", document.currentScript.src).href;
  const waiting = () =>
    [...document.querySelectorAll(".vaecore-widget:not([data-state])")].some((widget) => {
      const { top, bottom } = widget.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
  // To lay out a chapter's formulas takes long: in pieces, and the page answers between them. All rules of style
  // come with the first, since with new rules a browser would lay out the whole page anew.
  const PIECE = 16;
  const inPieces = async () => {
    const parts = ".math, .mathjax_process, .tex2jax_process, .output_area";
    const outermost = [...document.querySelectorAll(parts)].filter((part) => !part.parentElement.closest(parts));
    for (let i = 0; i < outermost.length; i += PIECE) {
      await MathJax.typesetPromise(outermost.slice(i, i + PIECE));
      await new Promise((done) => setTimeout(done));
    }
  };
  let loaded = false;
  const load = () => {
    if (loaded) return;
    loaded = true;
    observer.disconnect();
    window.MathJax ??= {};
    window.MathJax.chtml = { ...window.MathJax.chtml, adaptiveCSS: false };
    window.MathJax.startup = { ...window.MathJax.startup, pageReady: inPieces };
    const script = document.createElement("script");
    script.src = source;
    document.head.append(script);
  };
  const look = () => waiting() || load();
  const observer = new MutationObserver(look);
  observer.observe(document.documentElement, { subtree: true, attributeFilter: ["data-state"] });
  setTimeout(load, 2000);
  // A frame later the page has scrolled to where its address points.
  requestAnimationFrame(() => requestAnimationFrame(look));
})();
