// A decoder whose weights come to a page when a hand comes near the figure; late_decoders.py is its Python side.

import { unpackArray } from "./arrays.js";
import { SIDE } from "./digits.js";
import { element } from "./elements.js";
import { makeLoader, presentValue } from "./later.js";
import { makeDecoder } from "./network.js";

const SIZE = SIDE * SIDE;

// The first picture of the state's `preview`, white for a figure that a link has moved; nothing in a notebook, where
// nothing has to come.
export const unpackPreview = (model) =>
  model.moved ? new Float32Array(SIZE) :
  model.get("preview") && Float32Array.from(unpackArray(model.get("preview")[0]), (level) => level / 255);

// Returns decode(z), as makeDecoder does, for the layers under `key` (with `index`: one of a list).  Before they are
// there it gives the pictures in the state's `preview`, one for each new z, which Python has put in the order in which
// the figure asks for them while it is made; for any other z it gives white, and loads the weights.  arrived(): draw
// once more.  decode.isHere(): whether the weights are there.
export function makeLateDecoder({ model, root, key, index, arrived }) {
  let decoder = model.load ? null : makeDecoder(presentValue(model, key, index));
  const white = new Float32Array(SIZE);
  const levels = decoder ? [] : unpackArray(model.get("preview")[index ?? 0]);
  const known = new Map();
  let made = model.moved; // what is asked for from then on is a hand's
  queueMicrotask(() => (made = true));
  const notice = element("p", { class: "vw-status", role: "status" });

  const load = makeLoader({
    model, key, index, what: "The decoder", retry: "move the figure",
    tell(sentence) {
      notice.textContent = sentence;
      root.append(notice);
    },
    arrived(layers) {
      decoder = makeDecoder(layers);
      notice.remove();
      arrived();
    },
  });

  function previewOf(z) {
    const name = z.join(" ");
    const start = known.size * SIZE;
    if (!known.has(name) && !made && start < levels.length)
      known.set(name, Float32Array.from(levels.subarray(start, start + SIZE), (level) => level / 255));
    if (!known.has(name)) load();
    return known.get(name) ?? white;
  }

  const decode = (z) => (decoder ? decoder(z) : previewOf(z));
  decode.load = () => decoder || load();
  decode.isHere = () => decoder !== null;
  return decode;
}
