// The browser's memory of one question: on a page its answer, in a notebook what Python has not taken yet.
// It may be forbidden, full, or damaged; other tabs may write into it.

// key: "" for no memory.  fits(answer): whether an answer is one of this question's.
export function makeMemory(key, fits) {
  let known = null; // the text that this tab has written or read
  const guarded = (action) => {
    try {
      return key ? action() : null;
    } catch {
      return null;
    }
  };
  const parsed = (text) => {
    const kept = JSON.parse(text);
    if (!kept || !fits(kept.answer) || !(kept.checked === null || fits(kept.checked))) return null;
    return { answer: kept.answer, checked: kept.checked };
  };
  // What another tab has written since, or null; what a tab has forgotten takes nothing away here.
  const readNewer = () => guarded(() => {
    const text = window.localStorage.getItem(key);
    if (text === null || text === known) return null;
    known = text;
    return parsed(text);
  });
  return {
    readNewer,
    write: (answer, checked) => guarded(() => {
      const text = JSON.stringify({ answer, checked });
      window.localStorage.setItem(key, text);
      known = text;
    }),
    forget: () => guarded(() => window.localStorage.removeItem(key)),
    // Calls listener() when another tab has written; returns what ends it.
    follow: (listener) => {
      const heard = (event) => { if (key && event.key === key) listener(); };
      window.addEventListener("storage", heard);
      return () => window.removeEventListener("storage", heard);
    },
  };
}

// Notes for the page's progress() that a question is passed: for good, as in the file beside a notebook.
// key: "" for a notebook, whose Python does that.
export function notePassed(key) {
  if (!key) return;
  try {
    if (window.localStorage.getItem(key) === null) window.localStorage.setItem(key, new Date().toISOString());
  } catch {
    // nothing is kept; the page still hears of it
  }
  window.dispatchEvent(new CustomEvent("vae-book-passed", { detail: key }));
}
