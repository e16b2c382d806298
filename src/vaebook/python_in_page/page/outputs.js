// What a cell puts out, as the page shows it: printed text, values, HTML, figures, widgets. window.vaebookOutputs.

(() => {
  const { element, plain } = window.vaebookCode;
  const base = new URL("../widgets/", document.currentScript.src).href;
  const SMALLEST = 0.61, PHONE = 296; // as pages/figure_boxes.py has them

  // ---- HTML: a cell's own, or that of a notebook which somebody has sent. No script of it runs here.

  const FORBIDDEN = "script:not([type='application/json']), iframe, frame, object, embed, link, meta, base, form";
  function withoutScripts(markup) {
    const { body } = new DOMParser().parseFromString(markup, "text/html");
    for (const one of body.querySelectorAll(FORBIDDEN)) one.remove();
    for (const one of body.querySelectorAll("*")) {
      for (const { name, value } of [...one.attributes]) {
        const leads = /^(href|src|xlink:href|action|formaction|data|srcset|poster|background)$/i.test(name);
        const isData = /^\s*data:image\/(png|jpeg|gif|webp);/i.test(value);
        const elsewhere = leads && /^[\s\0-\x1f]*[a-z][a-z0-9+.\s\0-\x1f-]*:/i.test(value) && !isData && !/^https?:/i.test(value);
        if (/^on/i.test(name) || name === "srcdoc" || elsewhere) one.removeAttribute(name);
      }
    }
    return [...body.childNodes];
  }

  // ---- Widgets: their scripts are loaded as on a page that was built with them.

  const loading = {};
  const load = (file, tag, properties) =>
    (loading[file] ??= new Promise((resolve, reject) => {
      const known = [...document.querySelectorAll(tag)].some((one) => (one.src ?? one.href).split("?")[0] === base + file);
      if (known) return resolve();
      const made = element(tag, properties);
      made.onload = resolve;
      made.onerror = () => reject(new Error(`${file} did not arrive`));
      document.head.append(made);
    }));

  async function bringToLife(holder, weights) {
    const sheets = window.vaebookPython.sheets(holder.dataset.widget);
    await Promise.all([
      load("mount.js", "script", { src: `${base}mount.js` }),
      ...sheets.map((file) => load(file, "link", { rel: "stylesheet", href: base + file })),
    ]);
    for (const [name, text] of Object.entries(weights)) window.vaecoreWidgets.data(name, JSON.parse(text));
    window.vaecoreWidgets.mount(holder);
  }

  // ---- Text: a carriage return goes back to the beginning of the line, as on a console.

  const settled = (text) => text.replace(/\r\n/g, "\n").replace(/[^\n]*\r(?=[^\n])/g, "");

  // place: the element to fill.  pictures: what the page knows of the cell's pictures, [{alt, style}, ...], and whether
  // they are `small`: rows of digits, which may shrink.
  function makeOutput(place, pictures, small) {
    let stream = null; // {name, text, box}: what is being printed
    let named = {}; // id -> element
    let count = 0;
    let clearNext = false;

    function clear() {
      place.replaceChildren();
      stream = null;
      named = {};
      count = 0;
    }

    function picture(part) {
      const known = pictures[count++];
      const image = element("img", { src: `data:image/png;base64,${part.png}`, alt: known?.alt || "A figure that this cell has drawn" });
      if (known?.style) image.setAttribute("style", known.style);
      if (small) return image;
      const box = element("div", { className: "figure-box" }, image);
      image.onload = () => {
        const smallest = Math.round(SMALLEST * image.naturalWidth);
        if (smallest > PHONE) box.style.setProperty("--smallest", `${smallest}px`);
      };
      return box;
    }

    function made(part) {
      if (part.kind === "image") return picture(part);
      if (part.kind === "value") return element("div", { className: "output text_plain highlight" }, plain(part.text, "The value of the cell"));
      const box = element("div", { className: "output text_html" }, ...withoutScripts(part.html));
      for (const table of box.querySelectorAll("table")) {
        const around = element("div", { className: "pst-scrollable-table-container", tabIndex: 0, role: "region", "aria-label": "A table" });
        table.replaceWith(around);
        around.append(table);
      }
      return box;
    }

    function show(part) {
      if (part.kind === "clear") {
        part.wait ? (clearNext = true) : clear();
        return;
      }
      if (clearNext) clear();
      clearNext = false;
      if (part.kind === "text") {
        if (stream?.name !== part.name) {
          stream = { name: part.name, text: "", box: plain("", part.name === "stderr" ? "Messages of the cell" : "What the cell has printed") };
          stream.box.classList.add(part.name);
          place.append(stream.box);
        }
        stream.text = settled(stream.text + part.text);
        stream.box.textContent = stream.text.replace(/\r/g, "");
        return;
      }
      const before = part.id && named[part.id];
      if (before && part.kind === "image") count--;
      const now = made(part);
      if (part.id) named[part.id] = now;
      if (before) {
        before.replaceWith(now);
        return;
      }
      stream = null;
      place.append(now);
      for (const holder of now.querySelectorAll(".vaecore-widget")) {
        bringToLife(holder, part.weights ?? {}).catch((error) => now.append(element("p", { className: "pe-note" }, `This widget could not be shown (${error.message}).`)));
      }
    }

    function error(text) {
      stream = null;
      const box = plain(text, "The error that has stopped the cell");
      box.classList.add("cell-error");
      place.append(box);
    }

    return { clear, show, error };
  }

  window.vaebookOutputs = { makeOutput };
})();
