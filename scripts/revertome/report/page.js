document.querySelectorAll("[data-filter]").forEach((input) => {
  const table = document.getElementById(input.dataset.filter);
  const told = input.closest("p").querySelector("span");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const rows = [...table.querySelectorAll("tbody tr")];
    rows.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    told.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
  });
});
const dialog = document.querySelector("dialog");
document.querySelectorAll(".zoom").forEach((button) => {
  button.addEventListener("click", () => {
    const [large, small] = [dialog.querySelector("img"), button.querySelector("img")];
    large.src = small.src;
    large.alt = small.alt;
    dialog.showModal();
  });
});
dialog.addEventListener("click", () => dialog.close());
