const CARDS = 12; // genes told of one by one
const ROWS = 200; // in the table of several genes
const NEAR = 6;
const make = (name, text = "", className = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

const unpack = async (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const planes = new Uint8Array(await new Response(stream).arrayBuffer());
  const numbers = new Int16Array(planes.length / 2);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = planes[i] | (planes[numbers.length + i] << 8);
  return numbers;
};
let unpacked;
const numbersOf = () => { unpacked ??= unpack(genes.packed); return unpacked; };

const read = (numbers, block, i) => {
  const value = numbers[block.at + i];
  if (value === -32768) return null;
  if (block.words) return block.words[value];
  return block.log ? 10 ** (value / block.log) : value * block.step;
};
const pText = (p) => {
  if (p <= 1.001e-32) return "< 1e-32";
  if (p >= 0.1) return p.toFixed(2);
  return p >= 0.001 ? p.toPrecision(2) : p.toExponential(1);
};
const textOf = (block, value) => {
  if (value === null) return "–";
  if (block.words) return value;
  if (block.log) return pText(value);
  const text = value.toFixed(Math.max(0, -Math.round(Math.log10(block.step))));
  if (Math.abs(value) >= 32767 * block.step) return `${value > 0 ? ">" : "<"} ${text}`;
  return Number(text) === 0 ? text.replace("-", "") : text;
};
// What is shown of the classes: the limits of the recovered fraction stand with it.
const LIMITS = ["recovered_low", "recovered_high"];
const shownColumns = (genes.columns ?? []).filter((block) => !LIMITS.includes(block.id));
const factOf = (numbers, block, i) => {
  const text = textOf(block, read(numbers, block, i));
  if (block.id !== "recovered" || text === "–") return text;
  const [low, high] = LIMITS.map((id) => genes.columns.find((column) => column.id === id));
  return low && high
    ? `${text} (${textOf(low, read(numbers, low, i))} to ${textOf(high, read(numbers, high, i))})` : text;
};

// Whether one name becomes the other with so few letters changed, left out or put in.
const alike = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return false;
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    if (Math.min(...next) > most) return false;
    row = next;
  }
  return row[b.length] <= most;
};
// Genes near a word: written with other signs, beginning so, or spelt alike.
const plain = (name) => name.replace(/[^A-Z0-9]/g, "");
const near = (word) => {
  const names = [...symbols.keys()];
  const most = word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
  const ways = [
    (name) => plain(word) !== "" && plain(name) === plain(word),
    (name) => name.startsWith(word),
    (name) => alike(word, name, 1) && most > 0,
    (name) => alike(word, name, 2) && most > 1,
  ];
  for (const fits of ways) {
    const found = names.filter(fits).sort((a, b) => a.length - b.length);
    if (found.length) return [...new Set(found.map((name) => genes.genes[symbols.get(name)]))];
  }
  return [];
};

const NUMBER = /^([<>] )?(–|-?[\d])/;
const tableOf = (headings, rows) => {
  const box = make("div", "", "scroll");
  const table = box.appendChild(make("table"));
  const head = table.createTHead().insertRow();
  const kind = (i) => (i && rows.every((row) => NUMBER.test(row[i])) ? "number" : "");
  const kinds = headings.map((_, i) => kind(i));
  headings.forEach((text, i) => { head.appendChild(make("th", text, kinds[i])).scope = "col"; });
  const body = table.createTBody();
  rows.forEach((row) => {
    const line = body.insertRow();
    row.forEach((text, i) => {
      const cell = line.appendChild(make(i ? "td" : "th", text, kinds[i]));
      if (!i) cell.scope = "row";
    });
  });
  return box;
};

const factsOf = (numbers, i) => {
  const list = make("dl", "", "facts");
  shownColumns.forEach((block) => {
    const entry = list.appendChild(make("div"));
    entry.append(make("dt", block.name), make("dd", factOf(numbers, block, i)));
  });
  return list;
};

const contrastsOf = (numbers, i) => {
  const rows = genes.contrasts.map((contrast) => {
    const [estimate, low, high, p, adjusted] = contrast.values
      .map((block) => textOf(block, read(numbers, block, i)));
    return [contrast.name, estimate, low === "–" ? low : `${low} to ${high}`, p, adjusted];
  });
  return tableOf(["contrast", "log2 fold change", "95% CI", "p", "adjusted p"],
    rows.filter((row) => row[1] !== "–"));
};

const drawingOf = (numbers, i, name) => {
  const { drawn } = genes;
  if (!drawn) return [];
  const at = drawn.genes ? drawn.genes.indexOf(i) : i;
  if (at < 0) {
    return [make("p", `Not drawn: this page holds the values of the ${count(drawn.genes.length, "gene")} with the smallest p.`, "hint")];
  }
  const block = { at: drawn.values.at + at * drawn.n, step: drawn.values.step };
  const values = Array.from({ length: drawn.n }, (_, j) => read(numbers, block, j));
  const healthy = drawn.cells ? drawn.cells.some(([of]) => of < 0) : drawn.of.includes(-1);
  const band = healthy ? " Band: healthy people, mean and two standard deviations either side." : "";
  const bars = drawn.cells
    ? `Bars: medians and quartiles, of at least ${drawn.below} people each; others are withheld.`
    : "Each point is a sample (log2), each line a patient; bars: medians.";
  return [draw(drawn, values, name), make("p", bars + band, "hint")];
};

// Tables of the page in which the gene has a row; to go there leaves that row alone.
const placesOf = (name) => {
  const tables = [...document.querySelectorAll("table.rows")].filter((table) =>
    table.tHead.rows[0].cells[0].dataset.id === "gene"
    && [...table.tBodies[0].rows].some((row) => row.cells[0].textContent === name));
  if (!tables.length) return [];
  const line = make("p", "Its row: ", "hint");
  tables.forEach((table, k) => {
    const head = table.getAttribute("aria-labelledby");
    const link = make("a", document.getElementById(head).textContent);
    link.href = `#${head}`;
    link.addEventListener("click", () => {
      const filter = document.querySelector(`[data-filter="${table.id}"]`);
      filter.value = name;
      filter.dispatchEvent(new Event("input"));
    });
    line.append(k ? "; " : "", link);
  });
  return [line];
};

const cardOf = (numbers, i, typed) => {
  const name = genes.genes[i];
  const card = make("article", "", "gene");
  const former = typed.filter((word) => word !== name.toUpperCase());
  card.append(make("h3", former.length ? `${name} (looked up as ${former.join(", ")})` : name));
  if (genes.columns.length) card.append(factsOf(numbers, i));
  if (genes.contrasts.length) card.append(contrastsOf(numbers, i));
  card.append(...drawingOf(numbers, i, name), ...placesOf(name));
  return card;
};

const meanings = () => {
  const told = shownColumns.filter((block) => block.help);
  if (!told.length) return [];
  const part = make("details", "", "printed");
  part.append(make("summary", "What these numbers mean"));
  const list = part.appendChild(make("ul"));
  told.forEach((block) => list.append(make("li", `${block.name}: ${block.help}`)));
  return [part];
};

const overview = (numbers, found) => tableOf(["gene", ...shownColumns.map((block) => block.name)],
  found.slice(0, ROWS).map((i) => [genes.genes[i],
    ...shownColumns.map((block) => factOf(numbers, block, i))]));

const input = document.getElementById("lookup");
const suggest = (word) => {
  const names = near(word);
  const line = make("p", names.length ? `${word} is not a gene of this study. Near it: ` : `${word} is not a gene of this study.`);
  names.slice(0, NEAR).forEach((name) => {
    const button = line.appendChild(make("button", name));
    button.type = "button";
    button.addEventListener("click", () => {
      input.value = wordsOf(input.value).map((each) => (each === word ? name : each)).join(" ");
      show();
      input.focus();
    });
  });
  if (names.length > NEAR) line.append(` and ${names.length - NEAR} more`);
  return line;
};

const show = async () => {
  const asked = input.value;
  const { found: people, left, spoken } = patientsIn(input.value);
  document.getElementById("people")?.replaceChildren(...answers(people, "patients.html"));
  // A word may be a gene and a patient; of a whole question the rest is neither.
  const typed = [...new Set(wordsOf(input.value))].filter((word) => symbols.has(word)
    || (!spoken && left.includes(word)));
  const absent = typed.filter((word) => !symbols.has(word));
  const found = [...new Set(typed.filter((word) => symbols.has(word)).map((word) => symbols.get(word)))];
  const said = [people.length ? count(people.length, "patient") : spoken ? "no such patient in this study" : "",
    found.length || !(people.length || spoken) ? `${found.length} found` : "",
    absent.length ? `not found: ${absent.join(", ")}` : ""];
  if (found.length > CARDS) said.push(`the first ${CARDS} are drawn`);
  document.getElementById("looked").textContent = typed.length || spoken || people.length ? said.filter(Boolean).join("; ") : "";
  document.getElementById("near").replaceChildren(...absent.slice(0, CARDS).map(suggest));
  const place = document.getElementById("found");
  place.closest("section").classList.toggle("used", found.length > 0);
  if (!found.length) { place.replaceChildren(); return; }
  let numbers;
  try {
    numbers = await numbersOf();
  } catch {
    place.replaceChildren(make("p", "This browser cannot unpack the numbers of genes; they are in trajectories/genes.tsv and differential/."));
    return;
  }
  if (asked !== input.value) return; // typed on since
  const cards = found.slice(0, CARDS).map((i) => cardOf(numbers, i, typed.filter((word) => symbols.get(word) === i)));
  const several = found.length > 1 && genes.columns.length ? [overview(numbers, found)] : [];
  place.replaceChildren(...several, ...cards, ...(genes.columns.length ? meanings() : []));
};
input.addEventListener("input", show);
if (input.value) show(); // kept by the browser over a reload
