document.querySelectorAll("[data-filter]").forEach((input) => {
  const table = document.getElementById(input.dataset.filter);
  const status = input.closest("p").querySelector("span");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const rows = [...table.querySelectorAll("tbody tr")];
    const words = (row) => [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase();
    rows.forEach((row) => { row.hidden = !words(row).includes(wanted); });
    status.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
  });
});

// A spreadsheet would run a cell that begins like a formula; numbers may begin with a sign.
const inert = (text) => (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text);
const quoted = (cell) => {
  const text = inert(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
document.querySelectorAll("[data-csv]").forEach((button) => {
  button.addEventListener("click", () => {
    const table = document.getElementById(button.dataset.csv);
    const head = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
    const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((cell) => cell.dataset.sort || "NA"));
    const text = [head, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = button.dataset.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
});

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.addEventListener("click", async () => {
    const part = document.getElementById(button.dataset.copy);
    const status = button.parentElement.querySelector("span");
    getSelection().selectAllChildren(part);
    const copied = await (navigator.clipboard?.writeText(part.innerText) ?? Promise.reject())
      .then(() => true, () => document.execCommand("copy"));
    status.textContent = copied ? "Copied" : "Selected: copy with the keyboard";
  });
});

const dialog = document.querySelector("dialog");
const size = dialog.querySelector(".size");
const view = dialog.querySelector(".view");
const enlarge = (large) => {
  size.setAttribute("aria-pressed", large);
  view.classList.toggle("large", large);
  if (large) view.scrollTo((view.scrollWidth - view.clientWidth) / 2, 0);
};
document.querySelectorAll(".zoom").forEach((button) => {
  button.addEventListener("click", () => {
    const [large, small] = [dialog.querySelector("img"), button.querySelector("img")];
    large.src = small.src;
    large.alt = small.alt;
    enlarge(false);
    dialog.showModal();
  });
});
size.addEventListener("click", () => enlarge(!view.classList.contains("large")));
dialog.querySelector("img").addEventListener("click", () => enlarge(!view.classList.contains("large")));
dialog.querySelector(".close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
