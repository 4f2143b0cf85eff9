// Planes that the plot can show: genes by disease and change or by contrast, samples by component.
const signed = (text) => text.replace("-", "−");
const classPlane = (numbers) => {
  const [x, y, kind] = ["disease", "change", "class"].map((id) => genes.columns.find((block) => block.id === id));
  if (!x || !y || !kind) return [];
  const shown = shownColumns.filter((block) => ["class", "disease", "change", "recovered"].includes(block.id));
  return [{
    id: "classes", name: "disease and change of every gene", axes: [x.name, y.name], back: true,
    x: (i) => read(numbers, x, i),
    y: (i) => read(numbers, y, i),
    kind: (i) => read(numbers, kind, i) ?? "unchanged",
    told: (i) => shown.map((block) => `${block.name} ${signed(factOf(numbers, block, i))}`)
      .filter((text) => !text.endsWith("–")).join(", "),
  }];
};
const contrastPlane = (numbers, contrast) => {
  const [estimate, , , p, adjusted] = contrast.values;
  const value = (block, i) => read(numbers, block, i);
  return {
    id: contrast.id, name: contrast.name, axes: ["log2 fold change", "−log10 p"],
    x: (i) => value(estimate, i),
    y: (i) => { const found = value(p, i); return found === null ? null : -Math.log10(found); },
    kind: (i) => {
      const found = value(adjusted, i);
      if (found === null || found > genes.alpha) return "unchanged";
      return value(estimate, i) < 0 ? "down" : "up";
    },
    told: (i) => `log2 fold change ${signed(textOf(estimate, value(estimate, i)))}, p ${textOf(p, value(p, i))}, adjusted p ${textOf(adjusted, value(adjusted, i))}`,
    words: {
      up: `higher (adjusted p ≤ ${genes.alpha})`, down: `lower (adjusted p ≤ ${genes.alpha})`, unchanged: "neither is shown",
    },
  };
};
const samplePlane = ({ x, y, axes, names, roles }) => ({
  id: "samples", name: "samples by principal components", axes, samples: names,
  x: (i) => x[i],
  y: (i) => y[i],
  kind: (i) => roles[i],
  told: (i) => axes.map((axis, k) => `${axis.split(" ")[0]} ${signed([x, y][k][i].toFixed(1))}`).join(", "),
  words: { baseline: "before treatment", followup: "last visit", between: "visits between" },
});
const planesOf = (numbers) => [...classPlane(numbers),
  ...genes.contrasts.map((each) => contrastPlane(numbers, each)),
  ...(genes.samples ? [samplePlane(genes.samples)] : [])];

// Where the points of a plane lie, those of which nothing is claimed first, behind all others.
const laidOut = (plane) => {
  const n = plane.samples?.length ?? genes.genes.length;
  const points = [];
  for (let i = 0; i < n; i += 1) {
    const [x, y] = [plane.x(i), plane.y(i)];
    if (x !== null && y !== null) points.push({ i, x, y, kind: plane.kind(i) });
  }
  const rank = ({ kind }) => ["unchanged", "unresolved"].indexOf(kind) >>> 0;
  points.sort((a, b) => rank(a) - rank(b));
  const reach = (axis) => {
    const [low, high] = points.reduce(([a, b], each) => [Math.min(a, each[axis]), Math.max(b, each[axis])], [Infinity, -Infinity]);
    const room = 0.04 * (high - low) || 1;
    return [low - room, high + room];
  };
  const whole = points.length ? { x: reach("x"), y: reach("y") } : { x: [-1, 1], y: [-1, 1] };
  const named = (i) => (plane.samples ?? genes.genes)[i];
  return { ...plane, points, whole, view: whole, named };
};

const ROUND = [1, 2, 5];
const axisTicks = ([low, high]) => {
  const power = 10 ** Math.floor(Math.log10((high - low) / 7));
  const step = power * (ROUND.find((each) => (high - low) / (each * power) <= 7) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high; i += 1) found.push([i * step, signed((i * step).toFixed(digits))]);
  return found;
};
