// Where a link into a page leads stays in its place while mathematics and widgets arrive above it, until the
// reader moves. Browsers see to it in part: none opens a folded box, and WebKit has no scroll anchoring.
(() => {
  let goal = null;
  let followed = false;

  const named = () => {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1).split(";")[0]));
    } catch {
      return null; // a % in the address that begins no letter
    }
  };
  const hold = () => goal?.scrollIntoView({ block: "start", behavior: "instant" });
  const aim = () => {
    goal = location.hash ? named() : null;
    for (let box = goal; box; box = box.parentElement) {
      if (box.tagName === "DETAILS") box.open = true;
      if (box !== goal && box.matches(".toggle-hidden")) box.querySelector(".toggle-button").click();
    }
    hold();
  };

  for (const kind of ["wheel", "touchmove", "pointerdown", "keydown"])
    addEventListener(kind, () => (goal = null), { capture: true, passive: true });
  // Back and forward lead to where the reader was, not to what the address names: the browser knows.
  addEventListener("click", (event) => (followed = Boolean(event.target.closest?.("a[href*='#']"))), true);
  addEventListener("hashchange", () => {
    if (followed) aim();
    followed = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
    setTimeout(aim); // after the boxes are folded, by a script that answers to the same event
    new ResizeObserver(hold).observe(document.querySelector("article") ?? document.body);
  });
})();
