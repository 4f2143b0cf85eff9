// Patients found by their identifier, in the report and on their own page.
const peopleData = document.getElementById("patients-data");
const patients = peopleData ? JSON.parse(peopleData.textContent) : { rule: "", people: [] };
const plainly = (text) => text.replace(/[?!.,;:]+(?=\s|$)|['’]s(?=\s|$)/gi, " ");
const signs = (name) => name.toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
const ending = (name) => name.match(/(\d+)\D*$/)?.[1].replace(/^0+(?=\d)/, "") ?? "";
const gatheredBy = (key) => {
  const groups = new Map();
  patients.people.forEach(([name], i) => groups.set(key(name), [...(groups.get(key(name)) ?? []), i]));
  groups.delete("");
  return groups;
};
const [byName, bySigns, byEnding] = [(name) => name.toUpperCase(), signs, ending].map(gatheredBy);
const ofWords = patients.people.map(([name], i) => [` ${plainly(name).trim().replace(/\s+/g, " ")} `.toUpperCase(), i])
  .filter(([name]) => /[\s,;]/.test(name.trim()))
  .sort(([a], [b]) => b.length - a.length); // the longer first, which may begin as another does
const ASKED = /(^|\s)(?:patients?|subjects?|participants?)(?=\s|$)/i;

// Which patients a text names, and the words that name none. With the word `patient` a number
// finds identifiers that end with it, and a whole question may stand around it.
const patientsIn = (text) => {
  const found = new Set();
  const spoken = patients.people.length > 0 && ASKED.test(plainly(text));
  let rest = ` ${plainly(text).replace(/\s+/g, " ")} `.toUpperCase();
  ofWords.forEach(([name, i]) => {
    if (!rest.includes(name)) return;
    rest = rest.replace(name, () => " ");
    found.add(i);
  });
  const left = wordsOf(rest).filter((word) => {
    const own = byName.get(word) ?? bySigns.get(signs(word)) ?? [];
    const near = !own.length && spoken && /^\d+$/.test(word) ? byEnding.get(ending(word)) ?? [] : own;
    near.forEach((i) => found.add(i));
    return !near.length;
  });
  return { found: [...found].sort((a, b) => a - b), left, spoken };
};

const paragraph = (text, className = "") => {
  const line = document.createElement("p");
  line.textContent = text;
  if (className) line.className = className;
  return line;
};
const MOST = 12; // answered one by one
// The answers in place, each with a way to the card; away from the page of patients with the rule.
const answers = (found, page) => {
  const lines = found.slice(0, MOST).map((i) => {
    const line = paragraph("", "answer");
    line.append(`${patients.people[i][1]} `);
    const link = line.appendChild(document.createElement("a"));
    link.href = `${page}#patient-${i + 1}`;
    link.textContent = "Card";
    return line;
  });
  if (found.length > MOST) lines.push(paragraph(`and ${found.length - MOST} more.`));
  if (found.length && page) lines.push(paragraph(patients.rule, "hint"));
  return lines;
};
