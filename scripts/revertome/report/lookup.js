const genes = JSON.parse(document.getElementById("genes-data").textContent);
const found = document.getElementById("found");
const cells = (row, values, tag) => values.forEach((value) => {
  const cell = row.appendChild(document.createElement(tag));
  cell.textContent = value ?? "\u2013";
  if (tag === "th") cell.scope = "col";
  else if (typeof value === "number") cell.className = "number";
});
cells(found.tHead.rows[0], genes.columns, "th");
[...found.tHead.rows[0].cells].forEach((cell, i) => { cell.title = genes.help[i]; });
document.getElementById("lookup").addEventListener("input", (event) => {
  const wanted = event.target.value.toUpperCase().split(/[\s,;]+/).filter(Boolean);
  const exact = genes.rows.filter((row) => wanted.includes(row[0].toUpperCase()));
  const near = genes.rows.filter((row) => !exact.includes(row)
    && wanted.some((name) => row[0].toUpperCase().startsWith(name)));
  const rows = [...exact, ...near];
  found.tBodies[0].replaceChildren();
  rows.slice(0, 50).forEach((row) => cells(found.tBodies[0].insertRow(), row, "td"));
  found.hidden = !rows.length;
  const shown = rows.length > 50 ? "50 shown" : "";
  document.getElementById("looked").textContent = wanted.length
    ? [`${rows.length} found`, shown].filter(Boolean).join(", ") : "";
});
