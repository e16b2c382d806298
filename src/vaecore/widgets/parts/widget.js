// What every widget begins and ends with: its frame on the page, changes of its state, and following them.

import { element } from "./elements.js";
import { steadySliders } from "./touch.js";

// The element that all of a widget is in, a group with a name.
export function makeFrame(el, label, style = "") {
  const root = element("div", { class: `vw ${style}`.trim(), role: "group", "aria-label": label });
  el.classList.add("vw-holder");
  keepKeys(root);
  steadySliders(root);
  return root;
}

// JupyterLab takes arrow keys and digits for itself; inside a widget they belong to the controls.
// Shortcuts such as Ctrl+S pass.
function keepKeys(root) {
  for (const type of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(type, (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    });
  }
}

// changerOf(model) is change({ s: 0.5, playing: false }): into the state, and to Python.
export const changerOf = (model) => (values) => {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
};

// follow(model, { s: showS, first: showPair }): each is called when that value changes, whoever changes it.
// Returns what ends it.
export function follow(model, listeners) {
  const known = Object.entries(listeners).map(([name, listener]) => [`change:${name}`, listener]);
  for (const [event, listener] of known) model.on(event, listener);
  return () => {
    for (const [event, listener] of known) model.off(event, listener);
  };
}
