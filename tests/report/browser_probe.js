// Runs after the report's own script and writes what it saw into the page. Chromium prints the
// page once it has loaded, which a frame left open puts off until the probe has ended.
const frame = document.body.appendChild(document.createElement("iframe"));
frame.contentDocument.open();
(async () => {
  const seen = { errors: [] };
  addEventListener("error", (event) => seen.errors.push(event.message));
  addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));
  addEventListener("securitypolicyviolation", (event) => seen.errors.push(event.blockedURI));
  const nap = () => new Promise((done) => setTimeout(done, 150));
  // A busy machine answers late: what is awaited ends the wait, and only its absence takes all of it.
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const until = async (holds) => { for (let i = 0; i < 100 && !holds(); i += 1) await nap(); };
  const type = (input, text) => { input.value = text; input.dispatchEvent(new Event("input")); };
  const table = document.getElementById("rows-reverted");
  const tools = table.closest(".scroll").previousElementSibling.previousElementSibling;
  const status = tools.querySelector("[role=status]");
  const head = table.tHead.rows[0].cells[1];
  const values = () => [...table.tBodies[0].rows].map((row) => +row.cells[1].dataset.sort);
  head.querySelector("button").click();
  seen.up = [head.getAttribute("aria-sort"), values()];
  head.querySelector("button").click();
  seen.down = [head.getAttribute("aria-sort"), values()];
  seen.sorted = status.textContent;
  seen.meaning = table.closest(".scroll").previousElementSibling.textContent;
  seen.described = document.getElementById(head.querySelector("button").getAttribute("aria-describedby")).textContent;
  const filter = document.querySelector("[data-filter=rows-reverted]");
  const found = (text) => {
    type(filter, text);
    return [...table.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[0].textContent).sort();
  };
  seen.filtered = Object.fromEntries(["GENE12", "gene12 GENE3", "OLD7", "IL6", "IL6 TLR2", "PPIL",
    "ENE", "zzz", "GENE299"].map((text) => [text, found(text)]));
  seen.none = status.textContent;
  found("IL6 TLR2"); seen.two = status.textContent;
  let file; const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { file = blob; return make.call(URL, blob); };
  found("GENE12");
  document.querySelector("[data-csv=rows-reverted]").click();
  seen.csv = await file.text();
  const box = tools.querySelector("[data-column=change]");
  const width = () => [...table.rows].filter((row) => !row.hidden)
    .map((row) => [...row.cells].filter((cell) => cell.checkVisibility()).length);
  const before = width()[0];
  box.click(); seen.hidden = [before - width()[0], new Set(width()).size];
  box.click(); seen.shown = before - width()[0];
  found("");
  table.closest(".scroll").scrollTo(200, 100); await nap();
  const corner = table.tBodies[0].rows[6].cells[0].getBoundingClientRect();
  const scroll = table.closest(".scroll").getBoundingClientRect();
  seen.frozen = [corner.left - scroll.left, head.getBoundingClientRect().top - scroll.top].map(Math.round);
  const look = async (text) => { type(document.getElementById("lookup"), text); await nap(); await nap(); };
  await look("old7, gene9");
  const cards = [...document.querySelectorAll("#found .gene")];
  seen.cards = cards.map((card) => card.querySelector("h3").textContent);
  seen.said = document.getElementById("looked").textContent;
  seen.contrasts = [...cards[0].querySelectorAll("table tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent));
  seen.facts = Object.fromEntries([...cards[0].querySelectorAll(".facts div")]
    .map((entry) => [entry.querySelector("dt").textContent, entry.querySelector("dd").textContent]));
  seen.panels = [...cards[0].querySelectorAll(".drawn svg")].map((svg) => [svg.getAttribute("aria-label"),
    svg.querySelectorAll("circle").length, svg.querySelectorAll("polyline").length, svg.querySelectorAll(".band").length,
    svg.getBoundingClientRect().width > 90]);
  seen.drawn = cards[0].querySelector(".hint").textContent;
  await look("GENE-7 GENE22 qqqqqq");
  seen.near = [...document.querySelectorAll("#near p")].map((line) => line.textContent);
  document.querySelector("#near button").click(); await nap(); await nap();
  seen.mended = document.getElementById("lookup").value;
  seen.after = document.getElementById("looked").textContent;
  const [plot, plane, marked, pointed] = ["plot", "plane", "marked", "pointed"].map((id) => document.getElementById(id));
  // A scroll that went on before may end in between, and take the plot out of sight again.
  await until(() => { plot.scrollIntoView({ behavior: "instant" }); return plane.options.length; });
  const keyed = (key, shiftKey) => plot.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey }));
  const chosen = (select, value) => { select.value = value; select.dispatchEvent(new Event("change")); };
  const moved = (kind, [x, y], shiftKey = false) => {
    const { left, top } = plot.getBoundingClientRect();
    plot.dispatchEvent(new PointerEvent(kind, { clientX: left + x, clientY: top + y, pointerType: "mouse", shiftKey }));
  };
  const clicked = (...args) => { moved("pointerdown", ...args); moved("pointerup", ...args); };
  type(document.getElementById("lookup"), "");
  await painted(); await painted(); // the plot may have another width now, which it hears of with a frame
  seen.planes = [...plane.options].map((option) => option.textContent);
  seen.marks = [...marked.options].map((option) => option.textContent);
  const drawn = laidOut(planesOf(await numbersOf())[0]);
  const where = (name) => {
    const scale = scaleOf(plot, drawn.view), point = drawn.points.find(({ i }) => genes.genes[i] === name);
    return [scale.x(point.x), scale.y(point.y)];
  };
  const highest = drawn.points.reduce((most, point) => (point.y > most.y ? point : most));
  seen.highest = genes.genes[highest.i];
  moved("pointermove", where(seen.highest)); seen.tip = document.getElementById("tip").textContent;
  clicked(where(seen.highest)); await until(() => document.querySelector("#found h3"));
  seen.clicked = [document.getElementById("lookup").value, document.querySelector("#found h3").textContent, pointed.textContent];
  seen.links = [...document.querySelectorAll("#found .gene > .hint a")].map((link) => [link.textContent, link.hash]);
  document.querySelector("#found .gene > .hint a")?.click();
  seen.rows = [...document.querySelectorAll("#rows-reverted tbody tr")].filter((row) => !row.hidden).map((row) => row.cells[0].textContent);
  type(document.querySelector("[data-filter=rows-reverted]"), "");
  keyed("Home"); seen.home = pointed.textContent;
  const stations = [];
  for (const key of ["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"]) { keyed(key); stations.push(pointed.textContent.split(":")[0]); }
  seen.stations = stations;
  keyed("Enter", true); await nap();
  seen.added = document.getElementById("lookup").value;
  const before2 = plot.toDataURL();
  chosen(marked, [...marked.options].find((option) => option.textContent.startsWith("module")).value);
  seen.module = [...markedGenes(await numbersOf())].map((i) => genes.genes[i]).sort();
  seen.repainted = plot.toDataURL() !== before2;
  moved("pointerdown", [100, 60]); moved("pointermove", [180, 140]); moved("pointerup", [180, 140]);
  seen.zoomed = !document.getElementById("whole").hidden;
  keyed("Escape"); seen.unzoomed = document.getElementById("whole").hidden;
  chosen(plane, "samples"); keyed("Home"); seen.sample = pointed.textContent; keyed("Enter");
  seen.untouched = document.getElementById("lookup").value;
  document.querySelector("#volcano .zoom").click();
  const dialog = document.querySelector("dialog"), image = dialog.querySelector("img");
  seen.open = dialog.open; seen.alt = image.alt; await nap();
  seen.small = image.getBoundingClientRect().width;
  dialog.querySelector(".size").click();
  seen.large = image.getBoundingClientRect().width;
  dialog.querySelector(".close").click();
  seen.closed = !dialog.open;
  seen.wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  seen.contents = document.querySelector(".contents details").open;
  document.documentElement.style.scrollBehavior = "auto";
  for (let i = 0; i < 3; i += 1) {
    document.getElementById("tables").scrollIntoView({ behavior: "instant" });
    await nap();
  }
  seen.here = document.querySelector("[aria-current]").textContent;
  seen.beside = document.querySelector(".contents").getBoundingClientRect().right <= document.querySelector("main").getBoundingClientRect().left;
  seen.stays = document.querySelector(".contents").getBoundingClientRect().top < 40;
  const stops = [...document.querySelectorAll("a[href], button, input, summary, [tabindex]")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0);
  seen.doubles = stops.filter((each) => each.parentElement.closest("a[href], button, summary, [tabindex]")).length;
  const links = stops.filter((each) => each.matches(".contents a")).map((each) => each.hash);
  seen.twice = links.length - new Set(links).size;
  const config = document.querySelector("#parameters details");
  dispatchEvent(new Event("beforeprint")); seen.printed = config.open;
  dispatchEvent(new Event("afterprint")); seen.folded = !config.open;
  seen.asked = performance.getEntriesByType("resource").map((each) => each.name)
    .filter((name) => !/^(data|blob):/.test(name));
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify(seen); document.body.append(result);
})().catch((error) => {
  const result = document.createElement("pre"); result.id = "seen";
  result.textContent = JSON.stringify({ failed: String(error.stack) }); document.body.append(result);
}).finally(() => frame.contentDocument.close());
