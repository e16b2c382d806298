// Places labels so that they can be read: none on another one, none struck through by a line, none outside.
//
//   placeLabels([{ box, shifts }, ...], { bounds, labels, marks })
//
// A box is { x, y, width, height }.  `box` is where a label would like to be, `shifts` are the moves [dx, dy] that it
// may make, the liked ones first; the first label of the list chooses first.  `labels` are boxes of texts that stand
// already, `marks` of what is drawn: a label on another one is worse than one on a mark.
// Returns the move of each label.

const overlap = (a, b) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

const inside = (box, bounds) =>
  box.x >= bounds.x && box.y >= bounds.y &&
  box.x + box.width <= bounds.x + bounds.width && box.y + box.height <= bounds.y + bounds.height;

export function placeLabels(wanted, { bounds, labels = [], marks = [] }) {
  const standing = [...labels];
  return wanted.map(({ box, shifts }) => {
    const area = box.width * box.height;
    let best = null;
    for (const [dx, dy] of shifts) {
      const moved = { ...box, x: box.x + dx, y: box.y + dy };
      const onLabels = standing.reduce((sum, other) => sum + overlap(moved, other), 0) / area;
      const onMarks = marks.filter((mark) => overlap(moved, mark) > 0).length;
      const far = Math.hypot(dx, dy) / box.height;
      const cost = (inside(moved, bounds) ? 0 : 1000) + (onLabels ? 100 * (1 + onLabels) : 0) + Math.min(onMarks, 12) + 0.7 * far;
      if (!best || cost < best.cost - 1e-9) best = { cost, moved, shift: [dx, dy] };
    }
    standing.push(best.moved);
    return best.shift;
  });
}

// Moves up and down, at most `reach` heights; with `across` also from there, to the other side of a point.
export function upAndDown({ height }, reach = 4, across = [0]) {
  const steps = Array.from({ length: 4 * reach + 1 }, (_, i) => ((i % 2 ? -1 : 1) * Math.ceil(i / 2)) / 2);
  return across.flatMap((dx) => steps.map((step) => [dx, step * height]));
}

// Moves in all directions, in rings of half a height.
export function allAround({ height }, rings = 4) {
  const ring = (r) => Array.from({ length: 12 }, (_, k) => [r * Math.cos((k * Math.PI) / 6), r * Math.sin((k * Math.PI) / 6)]);
  return [[0, 0], ...Array.from({ length: rings }, (_, i) => ring(((i + 1) * height) / 2)).flat()];
}
