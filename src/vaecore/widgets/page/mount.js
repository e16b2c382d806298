// Brings the widgets of a static page to life: over http and from a folder, with no kernel.
// Plain scripts only: browsers refuse modules and fetch() on file:// pages.
//
// A widget on a page is <div class="vaecore-widget" data-widget data-shared> with its state in a
// <script type="application/json"> and a fallback: a picture, or plain HTML.  When it comes near the window, its
// script is loaded, once a page, from where this script lies, and the same module is mounted that a notebook uses.
// State that data-shared names is the name of a file, or a list of names, which the module asks for by model.load(key).

(() => {
  if (window.vaecoreWidgets) return;
  const base = new URL(".", document.currentScript.src).href;
  const registered = {};
  const data = {};
  window.vaecoreWidgets = {
    module: (name, module) => (registered[name] = module),
    data: (name, value) => (data[name] = value),
    mount: (holder) => mount(holder), // for a widget that a page's own Python has made
  };

  // What a module needs of anywidget's model.
  class Model {
    constructor(state, moved = {}) {
      this.begun = state;
      this.state = { ...state, ...moved };
      this.moved = Object.keys(moved).length > 0; // by a link
      this.listeners = {};
      this.onItsWay = 0; // how many files
    }
    get(key) {
      return this.state[key];
    }
    set(key, value) {
      if (this.state[key] === value) return;
      this.state[key] = value;
      for (const listener of [...(this.listeners[`change:${key}`] ?? [])]) listener();
    }
    on(event, listener) {
      (this.listeners[event] ??= []).push(listener);
    }
    off(event, listener) {
      this.listeners[event] = (this.listeners[event] ?? []).filter((known) => known !== listener);
    }
    save_changes() {}
    async load(key, index) {
      const name = index === undefined ? this.state[key] : this.state[key][index];
      this.onItsWay += 1;
      try {
        if (!data[name]) await load(`${name}.js`);
        return dataOf(name);
      } catch (error) {
        delete loading[`${name}.js`]; // the line may be back when it is asked for again
        throw error;
      } finally {
        this.onItsWay -= 1;
      }
    }
  }

  const dataOf = (name) => {
    if (!data[name]) throw new Error(`${name}.js is damaged`);
    return data[name];
  };

  // Loads a script, once a page.  The window hears of a damaged one just before it counts as loaded; from a
  // folder without being told which.  The reader gets a sentence, so the console need not have it too.
  const loading = {};
  const underWay = new Set();
  let damaged = false;
  window.addEventListener("error", (event) => {
    if (!underWay.size || (event.filename && !underWay.has(event.filename))) return;
    damaged = true;
    event.preventDefault();
  });
  const load = (file) =>
    (loading[file] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = base + file;
      script.onload = () => {
        underWay.delete(script.src);
        damaged ? reject(new Error(`${file} is damaged`)) : resolve();
        damaged = false;
      };
      script.onerror = () => {
        underWay.delete(script.src);
        reject(new Error(`${file} did not arrive`));
      };
      underWay.add(script.src);
      document.head.append(script);
    }));

  async function mount(holder) {
    const { widget } = holder.dataset;
    const place = document.createElement("div");
    try {
      const state = JSON.parse(holder.querySelector("script[type='application/json']").textContent);
      await load(`${widget}.js`);
      if (!registered[widget]) throw new Error(`${widget}.js is damaged`);
      const moved = askedOf(holder, state);
      let model = new Model(state, moved);
      try {
        registered[widget].render({ model, el: place });
      } catch (error) {
        if (!model.moved) throw error;
        model = new Model(state); // a link to what this figure does not have
        registered[widget].render({ model, el: place });
      }
      offerSharing(holder, place.querySelector(".vw"));
      holder.querySelector(".vw-fallback")?.classList.add("vw-print-only");
      holder.append(place);
      holder.vaecoreModel = model; // for tests, and for the curious
      holder.dataset.state = "alive";
    } catch (error) {
      const sentence = document.createElement("p");
      sentence.className = "vw-trouble";
      sentence.setAttribute("role", "status");
      sentence.textContent =
        `${holder.dataset.trouble} (${error.message}). ` +
        `${holder.dataset.left}; loading the page again may help.`;
      holder.append(sentence);
      holder.dataset.state = "failed";
    }
  }

  const movesOf = (holder) => JSON.parse(holder.dataset.moves ?? "{}"); // what a link may set, and to what

  // What a link to this figure sets: #fit_q-1;digit=4;mean=[1.5,-0.5], the anchor and then its state, each value as
  // JSON.  What does not fit is left out.
  function askedOf(holder, state) {
    const [anchor, ...parts] = location.hash.slice(1).split(";");
    const asked = {};
    if (anchor !== holder.id) return asked;
    const moves = movesOf(holder);
    for (const part of parts) {
      const name = part.slice(0, part.indexOf("="));
      try {
        const value = JSON.parse(decodeURIComponent(part.slice(name.length + 1)));
        if (Object.hasOwn(moves, name) && fits(value, moves[name], state[name])) asked[name] = value;
      } catch {
        continue; // no JSON
      }
    }
    return asked;
  }
  const within = (value, [low, high]) => Number.isFinite(value) && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
  const areNumbers = (value, ends = []) => Array.isArray(value) && value.every((one) => within(one, ends));
  function fits(value, { range, whole, words, numbers }, begun) {
    if (range) return within(value, range) && (!whole || Number.isInteger(value));
    if (words) return words.includes(value);
    if (numbers) return areNumbers(value) && value.length === begun.length;
    return Array.isArray(value) && value.every((stroke) => areNumbers(stroke, [0, 1]) && stroke.length % 2 === 0);
  }
  window.addEventListener("hashchange", () => {
    const holder = document.getElementById(location.hash.slice(1).split(";")[0]);
    const model = location.hash.includes(";") && holder?.vaecoreModel;
    if (!model) return;
    const names = Object.keys(movesOf(holder));
    const move = (state) => names.forEach((name) => model.set(name, state[name]));
    try {
      move({ ...model.begun, ...askedOf(holder, model.begun) });
    } catch {
      move(model.begun);
    }
    holder.scrollIntoView({ block: "start" });
  });

  // A button below a figure; what it offers comes when it is pressed.
  function offerSharing(holder, root) {
    if (!root || !Object.keys(movesOf(holder)).length) return;
    const row = document.createElement("div");
    row.className = "vw-share";
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: "Share" });
    button.addEventListener("click", async () => {
      try {
        await load("sharing.js");
        button.remove();
        window.vaecoreWidgets.share(holder, row);
        row.querySelector("button").focus();
      } catch (error) {
        delete loading["sharing.js"];
        button.textContent = `Share (${error.message}; press again)`;
      }
    });
    row.append(button);
    root.append(row);
  }

  // A question that has been answered shows it on paper as well, where nobody scrolls to it.
  function isAnswered({ dataset, children }) {
    if (dataset.widget !== "question") return false;
    try {
      return localStorage.getItem(JSON.parse(children[0].textContent).content.key) !== null;
    } catch {
      return false; // a browser that keeps nothing for pages; damaged state, which mount() speaks of
    }
  }

  function start() {
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          mount(target);
        }
      },
      { rootMargin: "400px" },
    );
    const counts = {};
    for (const holder of document.querySelectorAll(".vaecore-widget")) {
      const { widget } = holder.dataset;
      counts[widget] = (counts[widget] ?? 0) + 1;
      holder.id ||= `${widget}-${counts[widget]}`;
      const wanted = location.hash.startsWith(`#${holder.id};`);
      wanted || isAnswered(holder) ? mount(holder) : seen.observe(holder);
      if (wanted) holder.scrollIntoView({ block: "start" });
    }
  }
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
})();
