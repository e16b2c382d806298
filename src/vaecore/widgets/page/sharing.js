// What the Share button below a figure offers: a link to it as it stands, and a picture of it as PNG or SVG.
// mount.js loads this when the button is pressed.

(() => {
  const make = (tag, attributes) => Object.assign(document.createElement(tag), attributes);

  // The figure's anchor, then what has been moved: #fit_q-1;digit=4;mean=[1.5,-0.5], each value as JSON.
  function linkTo(holder) {
    const { state, begun } = holder.vaecoreModel;
    const parts = Object.keys(JSON.parse(holder.dataset.moves))
      .map((name) => [name, JSON.stringify(state[name])])
      .filter(([name, value]) => value !== JSON.stringify(begun[name]))
      .map(([name, value]) => `;${name}=${encodeURIComponent(value).replace(/%5B|%5D|%2C/g, decodeURIComponent)}`);
    return `${location.href.split("#")[0]}#${holder.id}${parts.join("")}`;
  }

  // How an element of that kind looks where no style sheet says anything.
  const plain = new Map();
  let empty = null;
  function plainStyle(element) {
    const kind = `${element.namespaceURI} ${element.localName} ${element.type ?? ""}`;
    if (!plain.has(kind)) {
      const one = empty.createElementNS(element.namespaceURI, element.localName);
      if (element.localName === "input") one.type = element.type;
      empty.body.append(one);
      const style = empty.defaultView.getComputedStyle(one);
      plain.set(kind, Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)])));
      one.remove();
    }
    return plain.get(kind);
  }

  // A copy that carries its looks along, its canvases as pictures; null for what is not seen.
  function copyOf(element) {
    const style = getComputedStyle(element);
    if (style.display === "none" || element.matches(".vw-share")) return null;
    const copy = element.localName === "canvas" ? document.createElement("img") : element.cloneNode(false);
    for (const { name } of [...copy.attributes]) if (name.startsWith("on")) copy.removeAttribute(name);
    if (element.localName === "canvas") copy.src = element.toDataURL();
    if (element.localName === "input") {
      copy.setAttribute("value", element.value);
      copy.toggleAttribute("checked", element.checked);
    }
    if (element.localName === "option") copy.toggleAttribute("selected", element.selected);
    const usual = plainStyle(element);
    copy.removeAttribute("style");
    for (const name of style) {
      const value = style.getPropertyValue(name);
      if (value !== usual[name] && !name.startsWith("--")) copy.style.setProperty(name, value);
    }
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) copy.append(child.data);
      if (child.nodeType === Node.ELEMENT_NODE) copy.append(copyOf(child) ?? "");
    }
    return copy;
  }

  function svgOf(holder) {
    const root = holder.querySelector(".vw");
    const row = root.querySelector(".vw-share");
    row.hidden = true;
    const { width, height } = root.getBoundingClientRect();
    const frame = document.body.appendChild(make("iframe", { title: "for a picture" }));
    Object.assign(frame.style, { position: "fixed", visibility: "hidden" }); // one that is not shown has no styles
    empty = frame.contentDocument;
    const copy = copyOf(root);
    row.hidden = false;
    frame.remove();
    plain.clear();
    copy.style.margin = "0";
    const background = getComputedStyle(document.body).backgroundColor;
    const inside = new XMLSerializer().serializeToString(copy);
    const [w, h] = [Math.ceil(width), Math.ceil(height)];
    const text =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">` +
      `<rect width="100%" height="100%" fill="${background}"/>` +
      `<foreignObject width="100%" height="100%">${inside}</foreignObject></svg>`;
    return { text, width: w, height: h };
  }

  async function pngOf(holder) {
    const { text, width, height } = svgOf(holder);
    const picture = make("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}` });
    await picture.decode();
    const canvas = make("canvas", { width: 2 * width, height: 2 * height }); // sharp on a slide
    canvas.getContext("2d").drawImage(picture, 0, 0, 2 * width, 2 * height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }

  function save(blob, name) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async function copyLink(holder) {
    const link = linkTo(holder);
    history.replaceState(history.state, "", link);
    try {
      await navigator.clipboard.writeText(link);
      return "The link is copied. Who opens it sees the figure as it stands.";
    } catch {
      return "The address bar has the link: copy it there. Who opens it sees the figure as it stands.";
    }
  }

  // Puts the choices into the row of a figure's Share button.
  vaecoreWidgets.share = (holder, row) => {
    const status = make("span", { className: "vw-share-status" });
    status.setAttribute("role", "status");
    const name = `${document.title.split(" — ")[0].replace(/[^\p{L}\p{N}]+/gu, "-")}-${holder.id}`;
    const choice = (text, run) => {
      const button = make("button", { type: "button", textContent: text });
      button.addEventListener("click", async () => {
        try {
          status.textContent = await run();
        } catch (error) {
          status.textContent = `This browser could not do it (${error.message}).`;
        }
      });
      return button;
    };
    const saved = "Saved, as the browser saves what is downloaded.";
    row.append(
      choice("Copy link", () => copyLink(holder)),
      choice("Save PNG", async () => (save(await pngOf(holder), `${name}.png`), saved)),
      choice("Save SVG", async () => (save(new Blob([svgOf(holder).text], { type: "image/svg+xml" }), `${name}.svg`), saved)),
      status,
    );
  };
})();
