// Small charts in SVG, alike in all widgets.
//
//   const chart = makeChart({ x: [-4, 4], y: [0, 0.5], xLabel: "z", label: "two densities over z" });
//   chart.svg                                   the element to put into the page
//   const curve = chart.line("vw-of-q");        then curve.set([[x, y], ...]) whenever it changes
//   chart.area("vw-of-p").set(points, baseline)   filled down (or up) to y = baseline
//   chart.bar("vw-of-kl").set(x0, x1, y0, y1)     a rectangle between data coordinates, in any order
//   chart.dot("vw-of-q", 4).set(x, y)
//   chart.text("vw-of-q", "start").set(x, y, "q(z)", dx, dy)   dx, dy in viewBox units
//   chart.rule("vw-of-truth").set(x0, y0, x1, y1)   a straight line
//   chart.drag((x, y) => ...)                   where a pointer is pressed or dragged, in data coordinates
//   chart.scale({ x: [..], y: [..] })           new ends of the axes; what is drawn has to be set again
//   chart.place([text, ...], [rule, dot, ...])  moves these texts, the first one least, off one another, off all
//                                               other texts of the chart, and where it can off these marks
//
// The viewBox is `width` x `height` (360 x 220 by default) and is stretched to the chart's own width; text keeps
// its size on the screen.  Colours come from the classes vw-of-q, vw-of-kl, ...
// (foundations/colours.py) and vw-muted.
// Points that are not finite are left out, and what lies outside the axes is cut off there.

import { element, limited, uniqueId, withMinus } from "./elements.js";
import { placeLabels, upAndDown } from "./labels.js";
import { onDrag } from "./touch.js";

const SVG = "http://www.w3.org/2000/svg";

function svgElement(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// About `count` round numbers from `from` to `to`: steps of 1, 2 or 5 times a power of ten.
function roundTicks(from, to, count = 5) {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough * 0.999);
  const ticks = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) ticks.push(i * step);
  return ticks;
}

export const tickName = (value) => withMinus(String(Number(value.toPrecision(6))));

export function makeChart({
  x, y, width = 360, height = 220, xLabel = "", yLabel = "", label = "", xTicks = true, yTicks = true,
  margin = { left: yTicks || yLabel ? 46 : 10, right: 10, top: 10, bottom: xTicks || xLabel ? 40 : 10 },
}) {
  const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, class: "vw-chart", role: "img", "aria-label": label });
  const clipId = uniqueId("clip");
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  svg.append(svgElement("clipPath", { id: clipId },
    svgElement("rect", { x: left, y: top, width: right - left, height: bottom - top })));
  const axes = svgElement("g", { class: "vw-axes", "aria-hidden": "true" });
  const plot = svgElement("g", { "clip-path": `url(#${clipId})`, "aria-hidden": "true" });
  const above = svgElement("g", { "aria-hidden": "true" });
  svg.append(axes, plot, above);

  const ends = { x, y };
  const X = (value) => left + ((value - ends.x[0]) / (ends.x[1] - ends.x[0])) * (right - left);
  const Y = (value) => bottom - ((value - ends.y[0]) / (ends.y[1] - ends.y[0])) * (bottom - top);

  function drawAxes() {
    axes.replaceChildren();
    const text = (content, attributes) => axes.append(svgElement("text", attributes, content));
    axes.append(svgElement("path", { d: `M${left} ${bottom}H${right}` }));
    for (const tick of xTicks === true ? roundTicks(...ends.x) : xTicks || []) {
      axes.append(svgElement("path", { d: `M${X(tick)} ${bottom}v4` }));
      text(tickName(tick), { x: X(tick), y: bottom + 16, "text-anchor": "middle" });
    }
    if (yTicks || yLabel) axes.append(svgElement("path", { d: `M${left} ${top}V${bottom}` }));
    for (const tick of yTicks === true ? roundTicks(...ends.y, 4) : yTicks || []) {
      axes.append(svgElement("path", { d: `M${left} ${Y(tick)}h-4` }));
      text(tickName(tick), { x: left - 7, y: Y(tick), "text-anchor": "end", "dominant-baseline": "central" });
    }
    if (xLabel) text(xLabel, { x: (left + right) / 2, y: height - 6, "text-anchor": "middle", class: "vw-axis-name" });
    if (yLabel) {
      const at = `translate(11 ${(top + bottom) / 2}) rotate(-90)`;
      text(yLabel, { transform: at, "text-anchor": "middle", class: "vw-axis-name" });
    }
    if (!toThin) queueMicrotask(thinAxes); // once all is drawn: to measure letters earlier would lay them out twice
    toThin = true;
  }

  const finite = (points) => points.filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const path = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${X(a).toFixed(2)} ${Y(b).toFixed(2)}`).join("");
  const add = (parent, name, attributes) => parent.appendChild(svgElement(name, attributes));
  const put = (target, attributes) => {
    const values = Object.values(attributes);
    target.style.display = values.every((v) => typeof v !== "number" || Number.isFinite(v)) ? "" : "none";
    if (!target.style.display) for (const [key, value] of Object.entries(attributes)) target.setAttribute(key, value);
  };

  // Text keeps its size on the screen, whatever the width the chart is stretched to.
  let placing = null; // what was placed last: again, where letters have another size
  new ResizeObserver(() => {
    if (svg.clientWidth) svg.style.setProperty("--vw-unit", width / svg.clientWidth);
    thinAxes();
    placing?.();
  }).observe(svg);

  const boxOf = (drawn) => {
    const { x, y, width, height } = drawn.getBBox(); // its values are no own ones, and {...box} would lose them
    return { x, y, width, height };
  };

  // Of the numbers beside the axes those stay that have room.
  let toThin = false;
  function thinAxes() {
    toThin = false;
    if (!svg.clientWidth) return;
    const numbers = [...axes.querySelectorAll("text:not(.vw-axis-name)")];
    for (const number of numbers) number.style.display = "";
    const screenBox = (text) => text.getBoundingClientRect(); // an axis's name may be turned
    const kept = [...axes.querySelectorAll(".vw-axis-name")].map(screenBox);
    const edge = screenBox(svg).left;
    const crowded = numbers.filter((number) => {
      const box = screenBox(number);
      const free = box.left >= edge && kept.every((other) =>
        box.right <= other.left || box.left >= other.right || box.bottom <= other.top + 3 || box.top >= other.bottom - 3);
      if (free) kept.push(box);
      return !free;
    });
    for (const number of crowded) number.style.display = "none";
  }

  // What a label keeps off, in boxes: along a line one every few units.
  const STROKE = 3;
  function along(points) {
    const places = finite(points).map(([a, b]) => [X(a), Y(b)]);
    return places.flatMap(([x1, y1], i) => {
      const [x0, y0] = places[Math.max(0, i - 1)];
      const pieces = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 6));
      return Array.from({ length: pieces }, (_, k) => ({
        x: x1 + ((x0 - x1) * k) / pieces - STROKE / 2, y: y1 + ((y0 - y1) * k) / pieces - STROKE / 2,
        width: STROKE, height: STROKE,
      }));
    });
  }
  const texts = [];
  drawAxes();

  return {
    svg,
    line(style) {
      const element = add(plot, "path", { class: `vw-line ${style}` });
      let shown = [];
      return {
        element,
        set(points) {
          shown = points;
          element.setAttribute("d", path(finite(points)));
        },
        marks: () => along(shown),
      };
    },
    area(style) {
      const element = add(plot, "path", { class: `vw-area ${style}` });
      return {
        element,
        set(points, baseline = 0) {
          const kept = finite(points);
          const closed = kept.length ? [[kept[0][0], baseline], ...kept, [kept[kept.length - 1][0], baseline]] : [];
          element.setAttribute("d", closed.length ? `${path(closed)}Z` : "");
        },
      };
    },
    bar(style) {
      const element = add(plot, "rect", { class: `vw-bar ${style}` });
      return {
        element,
        set: (x0, x1, y0, y1) => put(element, {
          x: Math.min(X(x0), X(x1)), width: Math.abs(X(x1) - X(x0)),
          y: Math.min(Y(y0), Y(y1)), height: Math.abs(Y(y1) - Y(y0)),
        }),
        marks: () => (element.style.display ? [] : [boxOf(element)]),
      };
    },
    dot(style, radius = 4) {
      const element = add(above, "circle", { class: `vw-dot ${style}`, r: radius });
      return {
        element,
        set: (a, b) => put(element, { cx: X(a), cy: Y(b) }),
        marks: () => (element.style.display ? [] : [boxOf(element)]),
      };
    },
    rule(style) {
      const element = add(plot, "path", { class: `vw-line ${style}` });
      let ends = [];
      return {
        element,
        set(x0, y0, x1, y1) {
          ends = [[x0, y0], [x1, y1]];
          element.setAttribute("d", path(finite(ends)));
        },
        marks: () => along(ends),
      };
    },
    text(style, anchor = "middle") {
      const element = add(above, "text", { class: `vw-note ${style}`, "text-anchor": anchor });
      const text = {
        element,
        set(a, b, content, dx = 0, dy = 0) {
          text.wish = { x: X(a) + dx, y: Y(b) + dy, dx };
          put(element, { x: text.wish.x, y: text.wish.y });
          element.textContent = content;
        },
      };
      texts.push(text);
      return text;
    },
    place(movable, keptOff = []) {
      const visible = ({ element }) =>
        !element.style.display && element.textContent && getComputedStyle(element).display !== "none";
      placing = () => {
        if (!svg.clientWidth) return; // not on the page yet
        const moving = movable.filter(visible);
        for (const { element, wish } of moving) put(element, { x: wish.x, y: wish.y });
        const wanted = moving.map(({ element, wish }) => {
          const box = boxOf(element);
          // To the other side of the point that it names.
          const away = { start: -(box.width + 2 * wish.dx), end: box.width - 2 * wish.dx, middle: 0 };
          return { box, shifts: upAndDown(box, 4, [...new Set([0, away[element.getAttribute("text-anchor")]])]) };
        });
        const moves = placeLabels(wanted, {
          bounds: { x: left, y: 0, width: width - left, height: bottom },
          labels: texts.filter((text) => visible(text) && !movable.includes(text)).map(({ element }) => boxOf(element)),
          marks: keptOff.flatMap((mark) => mark.marks()),
        });
        moving.forEach(({ element, wish }, i) => put(element, { x: wish.x + moves[i][0], y: wish.y + moves[i][1] }));
      };
      placing();
    },
    drag(move) {
      svg.classList.add("vw-draggable");
      onDrag(svg, (across, down) => {
        const part = (value, from, to) => limited((value - from) / (to - from), [0, 1]);
        const [px, py] = [part(across * width, left, right), part(down * height, bottom, top)];
        move(ends.x[0] + px * (ends.x[1] - ends.x[0]), ends.y[0] + py * (ends.y[1] - ends.y[0]));
      });
    },
    scale(changed) {
      Object.assign(ends, changed);
      drawAxes();
    },
    describe: (text) => svg.setAttribute("aria-label", text),
  };
}

// A chart with a title above it, for a row of charts.
export const titled = (title, { svg }) => element("div", {}, element("p", { class: "vw-chart-title" }, title), svg);
