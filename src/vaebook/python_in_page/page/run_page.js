// "Run this page": a button above a chapter. Pressed, each code cell becomes an editor that runs on the page; what that
// needs is loaded then and not before.

(() => {
  const { page } = document.currentScript.dataset;
  const base = new URL(".", document.currentScript.src).href;
  const SCRIPTS = ["engine", "files", "code_field", "outputs", "cell", "work", "cells"]; // each needs those before it
  const SHEETS = ["exercise", "cells"];
  const PLAY = '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path fill="currentColor" d="M3 1.5v13l11-6.5z"/></svg>';

  const isHere = (selector, file) =>
    [...document.querySelectorAll(selector)].some((tag) => (tag.src ?? tag.href).split("?")[0] === base + file);

  const load = (tag, properties) =>
    new Promise((resolve, reject) => {
      const made = Object.assign(document.createElement(tag), properties);
      made.onload = resolve;
      made.onerror = () => (made.remove(), reject(new Error(`${(made.src ?? made.href).split("/").pop()} did not arrive`)));
      document.head.append(made);
    });

  async function begin(button) {
    button.disabled = true;
    try {
      for (const name of SHEETS) {
        if (!isHere("link", `${name}.css`)) await load("link", { rel: "stylesheet", href: `${base}${name}.css` });
      }
      for (const name of SCRIPTS) {
        if (!isHere("script", `${name}.js`)) await load("script", { src: `${base}${name}.js` });
      }
      window.vaebookCells.start(page);
      button.remove();
    } catch (error) {
      button.disabled = false;
      button.title = `It cannot be run here (${error.message}); the rocket beside this button says where it can`;
      button.lastChild.textContent = "Not to be had here";
    }
  }

  function offer() {
    const place = document.querySelector(".article-header-buttons");
    if (!place) return;
    const button = document.createElement("button");
    Object.assign(button, {
      type: "button",
      className: "btn btn-sm run-page",
      title: "Run this page: its code can be changed and run where it stands",
      innerHTML: `<span class="btn__icon-container">${PLAY}</span><span class="run-page-words">Run this page</span>`,
    });
    button.setAttribute("aria-label", "Run this page");
    button.addEventListener("click", () => begin(button));
    place.prepend(button);
  }
  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", offer) : offer();
})();
