// The plot of genes and samples: point, choose, mark, enlarge, with pointer or keyboard.
const REACH = 14; // CSS pixels from a point that is meant
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const part = (id) => document.getElementById(id);

// Genes looked up, and those of the class or module that is marked.
const markedGenes = (numbers) => {
  const [way, name] = part("marked").value.split(/ (.*)/);
  const own = wordsOf(input.value).filter((word) => symbols.has(word)).map((word) => symbols.get(word));
  if (way === "module") return new Set([...own, ...genes.modules.sets[name].genes]);
  if (way !== "class") return new Set(own);
  const kind = genes.columns.find((block) => block.id === "class");
  return new Set([...own, ...[...genes.genes.keys()].filter((i) => read(numbers, kind, i) === name)]);
};
const offered = () => {
  const kinds = genes.columns.find((block) => block.id === "class")?.words ?? [];
  const classes = kinds.map((name) => new Option(`genes: ${name}`, `class ${name}`));
  const modules = genes.modules.sets.map(({ name }, i) => new Option(`module: ${name}`, `module ${i}`));
  const more = new Option(`${count(genes.modules.left, "further module")} without room in this page`);
  more.disabled = true;
  return [...classes, ...modules, ...(genes.modules.left ? [more] : [])];
};

const nearest = (plane, scale, [x, y]) => {
  let [best, found] = [REACH ** 2, null];
  plane.points.forEach((point) => {
    const away = (scale.x(point.x) - x) ** 2 + (scale.y(point.y) - y) ** 2;
    if (away <= best && scale.holds(point)) [best, found] = [away, point];
  });
  return found;
};
const extreme = (plane, scale) => plane.points.filter(scale.holds)
  .reduce((most, point) => (most && Math.abs(most.y) >= Math.abs(point.y) ? most : point), null);
// The next point in a direction: near, and not far aside.
const next = (plane, scale, from, [dx, dy]) => {
  let [best, found] = [Infinity, from];
  plane.points.forEach((point) => {
    const [right, down] = [scale.x(point.x) - scale.x(from.x), scale.y(point.y) - scale.y(from.y)];
    const [ahead, aside] = [right * dx + down * dy, Math.abs(right * dy) + Math.abs(down * dx)];
    const away = ahead + 2 * aside;
    if (ahead > 0.5 && aside <= 2 * ahead && away < best && scale.holds(point)) [best, found] = [away, point];
  });
  return found;
};

const explore = (numbers) => {
  const [plot, over, tip] = ["plot", "over", "tip"].map(part);
  const planes = planesOf(numbers);
  if (!planes.length) { part("pointed").textContent = "Nothing was tested that could be shown."; return; }
  part("plane").append(...planes.map(({ id, name }) => new Option(name, id)));
  part("marked").append(...offered());
  let [plane, scale, at, drag] = [null, null, null, null];

  // What moves with the pointer has a canvas of its own over that of the points.
  const hover = () => {
    const paper = over.getContext("2d");
    const sharp = devicePixelRatio || 1;
    over.width = scale.width * sharp;
    over.height = scale.height * sharp;
    paper.scale(sharp, sharp);
    if (drag?.to) {
      paper.strokeStyle = tone("ink");
      paper.strokeRect(...drag.from, drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]);
    }
    tip.hidden = !at || !scale.holds(at);
    if (tip.hidden) return;
    Object.assign(paper, { strokeStyle: tone("focus"), lineWidth: 3 });
    disc(paper, scale, at, 7);
    paper.stroke();
    tip.replaceChildren(make("strong", plane.named(at.i)), ` ${plane.told(at.i)}`);
    const [x, y] = [scale.x(at.x), scale.y(at.y)];
    tip.style.left = `${Math.max(0, Math.min(x + 12, scale.width - tip.offsetWidth))}px`;
    tip.style.top = `${y > tip.offsetHeight + 16 ? y - tip.offsetHeight - 10 : y + 14}px`;
  };
  const all = () => {
    if (!plot.clientWidth) return;
    scale = paint(plot, plane, plane.samples ? new Set() : markedGenes(numbers));
    part("whole").hidden = plane.view === plane.whole;
    hover();
  };
  const point = (found, aloud) => {
    at = found;
    if (aloud && at) part("pointed").textContent = `${plane.named(at.i)}: ${plane.told(at.i)}`;
    hover();
  };
  const look = (more) => {
    if (!at || plane.samples) return;
    const name = genes.genes[at.i];
    input.value = [...new Set(more ? [...wordsOf(input.value), name] : [name])].join(" ");
    input.dispatchEvent(new Event("input"));
    part("pointed").textContent = `${name}: ${plane.told(at.i)}. Drawn below.`;
  };
  const turn = (id) => {
    plane = laidOut(planes.find((each) => each.id === id));
    at = null;
    part("pointed").textContent = "";
    part("marked").disabled = Boolean(plane.samples);
    const kinds = [...new Set(plane.points.map(({ kind }) => kind))];
    part("plot-key").replaceChildren(...kinds.map((kind) => make("span", plane.words?.[kind] ?? kind, `key ${kind}`)));
    plot.setAttribute("aria-label", `${plane.name}, ${count(plane.points.length, plane.samples ? "sample" : "gene")}: arrow keys go from point to point, Enter looks a gene up`);
    all();
  };
  const zoom = (one, other) => {
    const [a, b] = [scale.back(one), scale.back(other)];
    const ends = [0, 1].map((k) => [Math.min(a[k], b[k]), Math.max(a[k], b[k])]);
    plane.view = { x: ends[0], y: ends[1] };
    all();
  };
  const whole = () => { plane.view = plane.whole; all(); };

  const place = (event) => [event.offsetX, event.offsetY];
  plot.addEventListener("pointerdown", (event) => { if (event.pointerType === "mouse") drag = { from: place(event), to: null }; });
  plot.addEventListener("pointermove", (event) => {
    const here = place(event);
    if (!drag) { point(nearest(plane, scale, here), false); return; }
    if (Math.hypot(here[0] - drag.from[0], here[1] - drag.from[1]) > 8) { drag.to = here; point(null, false); }
  });
  plot.addEventListener("pointerup", (event) => {
    const box = drag;
    drag = null;
    if (box?.to) { zoom(box.from, box.to); return; }
    point(nearest(plane, scale, place(event)), true);
    look(event.shiftKey);
  });
  plot.addEventListener("pointerleave", () => { drag = null; point(null, false); });
  plot.addEventListener("dblclick", whole);
  plot.addEventListener("keydown", (event) => {
    if (WAYS[event.key] && at) point(next(plane, scale, at, WAYS[event.key]), true);
    else if (WAYS[event.key] || event.key === "Home") point(extreme(plane, scale), true);
    else if (event.key === "Enter") look(event.shiftKey);
    else if (event.key === "Escape") { at = null; whole(); } else return;
    event.preventDefault();
  });
  part("whole").addEventListener("click", whole);
  part("plane").addEventListener("change", () => turn(part("plane").value));
  part("marked").addEventListener("change", all);
  input.addEventListener("input", all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  turn(planes[0].id);
  new ResizeObserver(all).observe(plot);
};

// Numbers are unpacked once the plot comes near, so that the page opens at once.
new IntersectionObserver(async (seen, watch) => {
  if (!seen.some((each) => each.isIntersecting)) return;
  watch.disconnect();
  try {
    explore(await numbersOf());
  } catch (error) {
    part("pointed").textContent = "This browser cannot unpack the numbers of genes; they are in trajectories/genes.tsv and differential/.";
    throw error;
  }
}, { rootMargin: "400px" }).observe(part("plot"));
