// Loads MathJax once the widgets in sight are alive, two seconds later at most: pictures first, then formulas.
(() => {
  const source = new URL("tex-chtml.js", document.currentScript.src).href;
  const waiting = () =>
    [...document.querySelectorAll(".vaecore-widget:not([data-state])")].some((widget) => {
      const { top, bottom } = widget.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
  let loaded = false;
  const load = () => {
    if (loaded) return;
    loaded = true;
    observer.disconnect();
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
