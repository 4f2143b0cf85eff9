// A gene drawn patient by patient: one panel a group, healthy people as a band behind all.
const HIGH = 176;
const [TOP, RIGHT] = [8, 8];
const node = (name, attributes, text = "") => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
};
const quantile = (values, q) => {
  const x = values.toSorted ? values.toSorted((a, b) => a - b) : [...values].sort((a, b) => a - b);
  const at = (x.length - 1) * q;
  const [low, high] = [Math.floor(at), Math.ceil(at)];
  return x[low] + (x[high] - x[low]) * (at - low);
};

// Mean and two standard deviations either side, as the figures draw healthy people.
const bandOf = (values) => {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
  return values.length > 1 ? [mean - 2 * sd, mean, mean + 2 * sd] : null;
};

// Of every group and visit: single values where the page has them, and the quartiles.
const shapeOf = (drawn, values) => {
  const shape = { band: null, cells: new Map(), lines: new Map() };
  const place = (of, at) => `${of} ${at}`;
  if (drawn.cells) {
    drawn.cells.forEach(([of, at], i) => {
      const three = values.slice(3 * i, 3 * i + 3);
      if (three.some((x) => x === null)) return;
      if (of < 0) shape.band = three;
      else shape.cells.set(place(of, at), { quartiles: three, values: [] });
    });
    return shape;
  }
  const healthy = [];
  values.forEach((x, i) => {
    if (x === null) return;
    if (drawn.of[i] < 0) { healthy.push(x); return; }
    const key = place(drawn.of[i], drawn.at[i]);
    if (!shape.cells.has(key)) shape.cells.set(key, { values: [] });
    shape.cells.get(key).values.push(x);
    const who = drawn.who[i];
    if (!shape.lines.has(who)) shape.lines.set(who, { of: drawn.of[i], points: [] });
    shape.lines.get(who).points.push([drawn.at[i], x]);
  });
  shape.band = bandOf(healthy);
  shape.cells.forEach((cell) => { cell.quartiles = [0.25, 0.5, 0.75].map((q) => quantile(cell.values, q)); });
  return shape;
};

const ticks = (low, high) => {
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((each) => (high - low) / each <= 5) ?? 20;
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high; i += 1) found.push(i * step);
  return found.map((value) => [value, value.toFixed(step < 1 ? 1 : 0)]);
};

const panel = (drawn, shape, of, [low, high], name) => {
  const crowded = drawn.visits.length > 3 || drawn.visits.some((visit) => visit.length > 9);
  const longest = Math.max(...drawn.visits.map((visit) => Math.min(visit.length, 18)));
  const below = crowded ? 14 + 3.6 * longest : 20;
  const slot = Math.max(120 / drawn.visits.length, 30);
  const left = Math.max(34, crowded ? 4.4 * longest - slot / 2 : 0); // room for the first name
  const wide = left + RIGHT + slot * drawn.visits.length;
  const x = (at) => left + (at + 0.5) * slot;
  const y = (value) => TOP + (1 - (value - low) / (high - low)) * (HIGH - TOP);
  const svg = node("svg", { viewBox: `0 0 ${wide} ${HIGH + below}`, width: wide, role: "img" });
  const add = (...args) => svg.append(node(...args));
  const group = drawn.groups[of];
  const people = [...shape.lines.values()].filter((line) => line.of === of);
  const told = drawn.visits.map((visit, at) => [visit, shape.cells.get(`${of} ${at}`)])
    .map(([visit, cell]) => `${visit} ${cell ? cell.quartiles[1].toFixed(2) : "not shown"}`);
  svg.setAttribute("aria-label", `${name}, ${group}: medians ${told.join(", ")} (log2)${shape.band
    ? `; healthy mean ${shape.band[1].toFixed(2)}, band ${shape.band[0].toFixed(2)} to ${shape.band[2].toFixed(2)}` : ""}`);
  if (shape.band) {
    const [bottom, mean, top] = shape.band.map(y);
    add("rect", { x: left, y: top, width: wide - left - RIGHT, height: bottom - top, class: "band" });
    add("line", { x1: left, x2: wide - RIGHT, y1: mean, y2: mean, class: "mean" });
  }
  ticks(low, high).forEach(([value, text]) => {
    add("line", { x1: left - 3, x2: left, y1: y(value), y2: y(value), class: "axis" });
    add("text", { x: left - 5, y: y(value) + 3, "text-anchor": "end" }, text);
  });
  add("path", { d: `M${left} ${TOP}V${HIGH}H${wide - RIGHT}`, class: "axis" });
  people.filter((line) => line.points.length > 1).forEach((line) => {
    const points = line.points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    add("polyline", { points: points.join(" "), class: "person" });
  });
  drawn.visits.forEach((visit, at) => {
    const cell = shape.cells.get(`${of} ${at}`);
    const short = visit.length > 18 ? `${visit.slice(0, 17)}…` : visit;
    add("text", crowded
      ? { x: x(at), y: HIGH + 12, "text-anchor": "end", transform: `rotate(-40 ${x(at)} ${HIGH + 12})` }
      : { x: x(at), y: HIGH + 14, "text-anchor": "middle" }, short);
    if (!cell) return;
    cell.values.forEach((value) => add("circle", { cx: x(at), cy: y(value), r: 2.2, class: "dot" }));
    const [lower, median, upper] = cell.quartiles.map(y);
    if (drawn.cells) add("line", { x1: x(at), x2: x(at), y1: lower, y2: upper, class: "spread" });
    add("line", { x1: x(at) - 9, x2: x(at) + 9, y1: median, y2: median, class: "median" });
  });
  const box = document.createElement("div");
  const title = box.appendChild(document.createElement("p"));
  title.textContent = people.length ? `${group} (n = ${people.length})` : group;
  box.append(svg);
  return box;
};

// All panels of a gene share one axis; groups without any value are left out.
const draw = (drawn, values, name) => {
  const shape = shapeOf(drawn, values);
  const all = [...(shape.band ?? []), ...[...shape.cells.values()]
    .flatMap((cell) => [...cell.values, ...cell.quartiles])];
  const box = document.createElement("div");
  box.className = "drawn";
  if (!shape.cells.size) return box;
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(0.04 * (most - least), 0.1);
  const seen = drawn.groups.map((_, of) => of)
    .filter((of) => drawn.visits.some((_, at) => shape.cells.has(`${of} ${at}`)));
  seen.forEach((of) => box.append(panel(drawn, shape, of, [least - room, most + room], name)));
  return box;
};
