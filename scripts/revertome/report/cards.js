// The page of patients: one is found in place, a row leads to its card, a card draws its modules.
const seeker = document.getElementById("patient");
const seek = () => {
  const text = /^\s*\d+\s*$/.test(seeker.value) ? `patient ${seeker.value}` : seeker.value;
  const { found, left, spoken } = patientsIn(text);
  const said = [`${found.length} found`, left.length && !spoken ? `not found: ${left.join(", ")}` : ""];
  document.getElementById("sought").textContent = text.trim() ? said.filter(Boolean).join("; ") : "";
  document.getElementById("people").replaceChildren(...answers(found, ""));
};
seeker.addEventListener("input", seek);
if (seeker.value) seek(); // kept by the browser over a reload

// Before any row is moved, rows are in the order of the cards.
[...document.querySelectorAll("#rows-patients tbody tr")].forEach((row, i) => {
  const name = row.cells[0];
  const link = document.createElement("a");
  link.href = `#patient-${i + 1}`;
  link.textContent = name.textContent;
  name.replaceChildren(link);
});

const courses = JSON.parse(document.getElementById("drawn-data").textContent);
const STEP = 16;
const [WIDE, EDGE] = [620, 8];
const cardDrawing = (i, room) => {
  const wide = Math.min(WIDE, Math.max(room, 300)); // letters keep their size on a telephone
  const labels = wide < 480 ? 130 : 200;
  const most = Math.floor(labels / 5.7);
  const lines = courses.z[i].map((values, k) => [courses.lines[k], values]).filter(([, values]) => values.some((z) => z !== null));
  if (!lines.length) return null;
  const all = lines.flatMap(([, values]) => values.filter((z) => z !== null));
  const [low, high] = [Math.min(-4, ...all) - 0.4, Math.max(4, ...all) + 0.4];
  const x = (z) => labels + ((z - low) / (high - low)) * (wide - labels - EDGE);
  const foot = STEP * lines.length + EDGE;
  const svg = node("svg", { viewBox: `0 0 ${wide} ${foot + 34}`, width: wide, role: "img" });
  const add = (...args) => svg.appendChild(node(...args));
  svg.setAttribute("aria-label", `${patients.people[i][0]}: ${lines.map(([name, values]) => `${name} ${courses.visits
    .map((visit, v) => [visit, values[v]]).filter(([, z]) => z !== null).map(([visit, z]) => `${visit} ${z.toFixed(1)}`).join(", ")}`).join("; ")} (healthy SD)`);
  add("rect", { x: x(-courses.limit), y: 0, width: x(courses.limit) - x(-courses.limit), height: foot, class: "band" });
  add("line", { x1: x(0), x2: x(0), y1: 0, y2: foot, class: "mean" });
  lines.forEach(([name, values], k) => {
    const y = STEP * (k + 0.5) + 2;
    const known = values.map((z, v) => [z, v]).filter(([z]) => z !== null);
    const label = add("text", { x: labels - 8, y: y + 3.5, "text-anchor": "end" }, name.length > most ? `${name.slice(0, most - 1)}…` : name);
    label.append(node("title", {}, name));
    add("line", { x1: x(known[0][0]), x2: x(known.at(-1)[0]), y1: y, y2: y, class: "person" });
    known.forEach(([z, v]) => {
      const dot = add("circle", { cx: x(z).toFixed(1), cy: y, r: courses.roles[v] === "between" ? 2.6 : 3.8, class: `at ${courses.roles[v]}` });
      dot.append(node("title", {}, `${name}, ${courses.visits[v]}: ${z.toFixed(1)} SD`));
    });
  });
  add("path", { d: `M${x(low)} ${foot}H${x(high)}`, class: "axis" });
  ticks(low, high).forEach(([value, text]) => {
    add("line", { x1: x(value), x2: x(value), y1: foot, y2: foot + 3, class: "axis" });
    add("text", { x: x(value), y: foot + 14, "text-anchor": "middle" }, text);
  });
  add("text", { x: (x(low) + x(high)) / 2, y: foot + 28, "text-anchor": "middle" }, "healthy SD from the healthy mean");
  return svg;
};

const key = document.getElementById("cards-key");
if (courses.lines.length) {
  key.append("Each line is a module of the patient, in healthy SD: ");
  courses.visits.forEach((visit, v) => {
    const entry = key.appendChild(document.createElement("span"));
    entry.className = `key ${courses.roles[v]}`;
    entry.textContent = visit;
    key.append(v < courses.visits.length - 1 ? ", " : ". ");
  });
  key.append("Band: healthy people, mean and two SD either side.");
  if (courses.left) key.append(` Drawn are the ${courses.lines.length - 1} modules furthest from healthy; the table has ${courses.left} more.`);
}
// Only cards that are near are drawn, and all of them for the printer.
const place = (card) => {
  const box = card.querySelector(".drawn");
  if (box.childElementCount) return;
  const drawing = cardDrawing([...document.querySelectorAll("article.patient")].indexOf(card), box.clientWidth);
  if (drawing) box.append(drawing);
};
const watch = new IntersectionObserver((seen) => seen.filter((each) => each.isIntersecting).forEach((each) => {
  place(each.target);
  watch.unobserve(each.target);
}), { rootMargin: "600px" });
document.querySelectorAll("article.patient").forEach((card) => watch.observe(card));
addEventListener("beforeprint", () => document.querySelectorAll("article.patient").forEach(place));
