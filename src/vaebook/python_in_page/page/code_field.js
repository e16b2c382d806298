// Fields to write code in, and what the scripts of exercises and of a page's cells need beside them: window.vaebookCode.

(() => {
  if (window.vaebookCode) return;
  const base = new URL(".", document.currentScript.src).href;
  const PASSED = "vae-book/passed/"; // in localStorage, as for questions
  const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

  const memory = {
    read: (key) => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    // Whether it is kept: the browser may forbid it, or have no room.
    write: (key, text) => {
      try {
        text === null ? localStorage.removeItem(key) : localStorage.setItem(key, text);
        return localStorage instanceof Storage; // else it is the storage of storage_guard.js, which forgets
      } catch {
        return false;
      }
    },
  };

  function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      name in made ? (made[name] = value) : made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  let editorScript = null;
  const loadEditor = () =>
    (editorScript ??= new Promise((resolve) => {
      const script = element("script", { src: `${base}editor.js` });
      script.onload = script.onerror = resolve; // without it there is a plain field to write in
      document.head.append(script);
    }));

  // What CodeMirror offers, in a plain field.
  function plainEditor({ parent, text, label, describedBy, keys, onChange }) {
    const field = element("textarea", {
      value: text, spellcheck: false, autocapitalize: "off", wrap: "off",
      "aria-label": label, "aria-describedby": describedBy,
    });
    const grow = () => (field.rows = field.value.split("\n").length);
    grow();
    field.addEventListener("input", () => (grow(), onChange(field.value)));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      keys[event.shiftKey ? "Shift-Enter" : "Mod-Enter"]();
    });
    parent.append(field);
    return {
      text: () => field.value,
      write: (now) => ((field.value = now), grow(), onChange(now)),
      selection: () => [field.selectionStart, field.selectionEnd],
      mark: () => {},
      focus: () => field.focus(),
    };
  }

  // A plain field, and CodeMirror in its place once somebody comes to write in it.  Returns what both offer.
  function makeField(options, atOnce) {
    const { parent } = options;
    let editor = plainEditor(options);
    const upgrade = async () => {
      await loadEditor();
      if (!window.vaebookEditor || !editor.selection) return;
      const hadFocus = parent.contains(document.activeElement);
      const now = { ...options, text: editor.text(), selection: editor.selection() };
      parent.replaceChildren();
      editor = window.vaebookEditor.makeEditor(now);
      if (hadFocus) editor.focus();
    };
    for (const sign of ["pointerenter", "focusin"]) parent.addEventListener(sign, upgrade, { once: true });
    if (atOnce) upgrade();
    return {
      text: () => editor.text(),
      write: (text) => editor.write(text),
      mark: (line) => editor.mark(line),
      focus: () => editor.focus(),
    };
  }

  // An exercise is passed: for progress(), as a question does it, for good and with the first time.
  function passed(exercise, time = new Date().toISOString()) {
    if (memory.read(PASSED + exercise) === null) memory.write(PASSED + exercise, time);
    dispatchEvent(new CustomEvent("vae-book-passed", { detail: PASSED + exercise }));
  }

  // What code has printed, in a box that the keyboard can scroll.
  const plain = (text, label) => {
    const box = element("pre", { className: "pe-text", tabIndex: 0, "aria-label": label });
    box.textContent = text;
    return box;
  };

  window.vaebookCode = { memory, element, makeField, passed, plain, MOD };
})();
