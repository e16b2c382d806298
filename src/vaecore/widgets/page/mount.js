// Brings the widgets of a static page to life: over http and from a folder, with no kernel.
// Plain scripts only: browsers refuse modules and load() on file:// pages.
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
    constructor(state) {
      this.state = state;
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
      const model = new Model(state);
      registered[widget].render({ model, el: place });
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
    for (const holder of document.querySelectorAll(".vaecore-widget")) isAnswered(holder) ? mount(holder) : seen.observe(holder);
  }
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
})();
