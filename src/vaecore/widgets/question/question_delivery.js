// In a notebook: whether Python has taken the answer.  Until it has, the browser keeps it, and says so if it takes
// long or the kernel is gone; the next widget of this question hands it over.

import { element } from "../parts/elements.js";
import { follow } from "../parts/widget.js";
import { makeMemory } from "./question_memory.js";

const PATIENCE = 4000; // ms; a kernel that runs a cell takes answers after it
const LOST =
  "This question has lost its kernel, which was restarted or stopped. What you answer here is kept, and is " +
  "not in your progress yet: run this cell again to hand it over.";
const SLOW =
  "Python has not taken this answer yet: the kernel is busy, or gone. It is kept here; if the kernel was " +
  "restarted, run this cell again to hand it over.";

// key: of the memory; "" on a page, where there is nobody to take an answer.
// Returns elements, which say what is wrong; left(), what an earlier widget could not hand over, or null;
// send(), which sends the state; end().
export function makeDelivery(model, key, fits) {
  const memory = makeMemory(key, fits);
  const words = element("div", { class: "vw-undelivered", role: "status" });
  words.hidden = true;
  let isLost = false, timer = null;

  const isTaken = () => {
    const { answer, checked } = model.get("received") ?? {};
    return JSON.stringify([answer, checked]) === JSON.stringify([model.get("answer"), model.get("checked")]);
  };
  const say = (text) => {
    words.hidden = text === "";
    if (words.textContent !== text) words.textContent = text;
  };
  function look() {
    clearTimeout(timer);
    if (isTaken()) memory.forget();
    else if (!isLost) timer = setTimeout(() => say(SLOW), PATIENCE);
    say(isLost ? LOST : "");
  }
  // What goes to a kernel that was restarted is thrown back.
  function attempt(action) {
    try {
      action();
    } catch {
      isLost = true;
    }
  }
  function send() {
    if (!key) return model.save_changes();
    if (!isTaken()) memory.write(model.get("answer"), model.get("checked"));
    attempt(() => model.save_changes());
    look();
  }
  // The line to the kernel has gone, or has come back: only Python's reply tells.
  function ask() {
    isLost = true;
    attempt(() => model.send({ question: "there?" }));
    look();
  }
  function hear(message) {
    if (message?.question !== "here") return;
    isLost = false;
    look();
  }
  const unfollow = key ? follow(model, { received: look }) : () => {};
  const others = key ? { comm_live_update: ask, "msg:custom": hear } : {};
  for (const [event, listener] of Object.entries(others)) model.on(event, listener);
  return {
    elements: key ? [words] : [],
    left: memory.readNewer,
    send,
    end: () => {
      clearTimeout(timer);
      unfollow();
      for (const [event, listener] of Object.entries(others)) model.off(event, listener);
    },
  };
}
