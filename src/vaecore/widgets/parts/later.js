// What comes when it is needed: on a page mount.js loads its file; in a notebook it is there.

// What the state has under `key`, with `index` one of a list, where nothing has to come.
export const presentValue = (model, key, index) => (index === undefined ? model.get(key) : model.get(key)[index]);

// Returns load(): brings what the state has under `key` (with `index`: one of a list), once, and hands it to
// arrived(value).  If it does not come, tell(sentence) is called, and the next load() tries again.
export function makeLoader({ model, key, index, what, retry, tell, arrived }) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    if (!model.load) return arrived(presentValue(model, key, index));
    model.load(key, index).then(arrived).catch((error) => {
      asked = false;
      tell(`${what} could not be loaded (${error.message}); ${retry} to try once more.`);
    });
  };
}

// Calls load() when a hand comes near an element, and at once where a link has moved the figure.
export function whenNear(model, root, load) {
  if (model.moved) load();
  for (const near of ["pointerenter", "pointerdown", "focusin"]) root.addEventListener(near, load);
}
