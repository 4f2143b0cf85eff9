const record = document.getElementById("genes-data");
const genes = record ? JSON.parse(record.textContent) : { genes: [], aliases: {} };
// Number of the gene by its present or former symbol, in capitals; the present one comes first.
const symbols = new Map();
genes.genes.forEach((name, i) => symbols.set(name.toUpperCase(), i));
Object.entries(genes.aliases).forEach(([old, i]) => {
  if (!symbols.has(old.toUpperCase())) symbols.set(old.toUpperCase(), i);
});
const wordsOf = (text) => text.toUpperCase().split(/[\s,;]+/).filter(Boolean);
const count = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
// A spreadsheet would run a cell that begins like a formula; numbers may begin with a sign.
const inert = (text) => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
const quoted = (cell) => {
  const text = inert(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const raw = (cell) => cell.dataset.sort ?? cell.textContent;
const download = (name, rows) => {
  const text = rows.map((row) => row.map(quoted).join(",")).join("\n") + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

// What a row must be: a gene or a name of the first column, if any is asked for; and hold all else.
const asked = (table, text) => {
  const rows = [...table.tBodies[0].rows];
  const at = [...table.tHead.rows[0].cells].findIndex((head) => head.dataset.id === "gene");
  const names = new Set(at === 0 ? [] : rows.map((row) => raw(row.cells[0]).toUpperCase()));
  const [wanted, first, parts] = [new Set(), new Set(), []];
  const own = new Set(at < 0 ? [] : rows.map((row) => raw(row.cells[at]).toUpperCase()));
  wordsOf(text).forEach((word) => {
    if (own.has(word)) wanted.add(word);
    else if (at >= 0 && symbols.has(word)) wanted.add(genes.genes[symbols.get(word)].toUpperCase());
    else if (names.has(word)) first.add(word);
    else parts.push(word);
  });
  const holds = (row, word) => [...row.cells].some((cell, i) => {
    if (cell.hidden) return false;
    const read = cell.textContent.toUpperCase();
    return i === at ? read.startsWith(word) : read.includes(word) || raw(cell).toUpperCase() === word;
  });
  const fits = (row) => (!wanted.size || wanted.has(raw(row.cells[at]).toUpperCase()))
    && (!first.size || first.has(raw(row.cells[0]).toUpperCase()))
    && parts.every((word) => holds(row, word));
  return { fits, absent: [...wanted].filter((gene) => !own.has(gene)) };
};

const sorted = (rows, at, up) => {
  const value = (row) => row.cells[at];
  const missing = (row) => value(row).textContent === "–";
  return rows.sort((a, b) => {
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    const [x, y] = [Number(raw(value(a))), Number(raw(value(b)))];
    const order = Number.isNaN(x) || Number.isNaN(y)
      ? value(a).textContent.localeCompare(value(b).textContent, "en", { numeric: true }) : x - y;
    return up ? order : -order;
  });
};

document.querySelectorAll("table.rows").forEach((table) => {
  const tools = table.parentElement.previousElementSibling.previousElementSibling;
  const meaning = table.parentElement.previousElementSibling;
  const status = tools.querySelector("[role=status]");
  const [body, heads] = [table.tBodies[0], [...table.tHead.rows[0].cells]];
  const whole = status.textContent;
  const column = (id) => heads.find((head) => head.dataset.id === id);

  tools.querySelector("[data-filter]").addEventListener("input", (event) => {
    const { fits, absent } = asked(table, event.target.value);
    const rows = [...body.rows];
    rows.forEach((row) => { row.hidden = !fits(row); });
    const left = rows.filter((row) => !row.hidden).length;
    const gone = absent.length ? `; not among them: ${absent.join(", ")}` : "";
    status.textContent = event.target.value.trim()
      ? `${left.toLocaleString("en")} of ${count(rows.length, "row")}${gone}` : whole;
  });

  tools.querySelectorAll("[data-column]").forEach((box) => {
    const head = column(box.dataset.column);
    const about = box.closest("li").querySelector("span");
    const show = () => [head, ...[...body.rows].map((row) => row.cells[head.cellIndex])]
      .forEach((cell) => { cell.hidden = !box.checked; });
    if (!box.checked) show();
    box.addEventListener("change", show);
    const button = head.querySelector("button");
    if (about) button.setAttribute("aria-describedby", about.id);
    const tell = () => { meaning.textContent = about ? `${button.textContent}: ${about.textContent}` : ""; };
    ["mouseenter", "focusin", "click"].forEach((event) => head.addEventListener(event, tell));
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append(...sorted([...body.rows], head.cellIndex, up));
      status.textContent = `Sorted by ${button.textContent}, ${up ? "smallest" : "largest"} first`;
    });
  });

  tools.querySelector("[data-csv]").addEventListener("click", (event) => {
    const rows = [...body.rows].filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((cell) => raw(cell) || "NA"));
    download(event.target.dataset.name, [heads.map((head) => head.dataset.id), ...rows]);
  });
});
