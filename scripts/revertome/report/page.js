document.documentElement.classList.add("script");

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

// Contents: beside the page where there is room, else folded; the part being read is marked.
const contents = document.querySelector(".contents details");
const wide = matchMedia("(min-width: 75rem)");
const fold = () => { contents.open = wide.matches; };
fold();
wide.addEventListener("change", fold);
const entries = [...contents.querySelectorAll("a")]
  .map((link) => [link, document.getElementById(link.hash.slice(1))]).filter(([, part]) => part);
const mark = () => {
  const above = entries.filter(([, part]) => part.getBoundingClientRect().top < 64);
  const [here] = above.at(-1) ?? entries[0] ?? [];
  entries.forEach(([link]) => link.removeAttribute("aria-current"));
  contents.querySelectorAll(".here").forEach((item) => item.classList.remove("here"));
  here?.setAttribute("aria-current", "true");
  for (let item = here?.closest("li"); item; item = item.parentElement.closest("li")) {
    item.classList.add("here");
  }
};
let waiting = false;
addEventListener("scroll", () => {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; mark(); });
}, { passive: true });
mark();
contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) contents.open = false;
});

// What is folded is printed open.
const printed = document.querySelectorAll("details.printed");
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...printed].filter((part) => !part.open);
  folded.forEach((part) => { part.open = true; });
});
addEventListener("afterprint", () => folded.forEach((part) => { part.open = false; }));
