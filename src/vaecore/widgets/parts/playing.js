// Play and pause: a button, and while the state's `playing` is true, one move a frame.
//
//   const player = makePlayer({ model, root, name: "s", move });
//   player.button            for the page; what a press does is the widget's own, which changes `playing`
//   player.show              to be called whenever `playing` changes, and at first
//   player.stop()            at the end
//
// move(elapsed, calm) moves the value `name` of the state by what `elapsed` milliseconds are worth.  Whoever asked
// for less motion (calm) gets single pictures, one every half second.

import { element } from "./elements.js";

export function makePlayer({ model, root, name, move }) {
  const symbol = element("span", { class: "vw-symbol", "aria-hidden": "true" });
  const action = element("span");
  const button = element("button", { type: "button", class: "vw-play" }, symbol, action);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  let frame = 0;
  let last = null;
  let ours = null; // the value that this view saw or set last
  function advance(now) {
    frame = requestAnimationFrame(advance);
    // A notebook takes cells that are out of sight off the page: the film waits for them to come back.  And the same
    // widget may be shown twice: where another view has moved the value, this one only follows.
    if (last === null || !root.isConnected || model.get(name) !== ours) {
      last = now;
      ours = model.get(name);
      return;
    }
    const elapsed = now - last;
    if (calm.matches && elapsed < 500) return;
    last = now;
    move(elapsed, calm.matches);
    ours = model.get(name);
  }

  return {
    button,
    show() {
      const playing = model.get("playing");
      action.textContent = playing ? "Pause" : "Play";
      symbol.classList.toggle("vw-pause", playing);
      cancelAnimationFrame(frame);
      last = null;
      ours = model.get(name);
      if (playing) frame = requestAnimationFrame(advance);
    },
    stop: () => cancelAnimationFrame(frame),
  };
}
