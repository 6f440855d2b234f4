// Which rows match the filters: `matching` lists them, `matches` answers for one row.

let matching = [];
let matches = new Uint8Array(0);
let haystacks = null;
const filters = {};
const SEARCHED = ["quote", "indicator", "subject", "unit", "period_text", "organisation", "project", "sentence"];

function haystack(row) {
  haystacks ??= new Array(rowCount);
  haystacks[row] ??= [...SEARCHED.map((name) => ROWS[name][row] ?? ""), titleOf(ROWS.article[row])].join("\n").toLowerCase();
  return haystacks[row];
}

/** The tests that the form asks for; a row matches when it passes all. */
function buildTests(asked) {
  const tests = [];
  if (asked.category) tests.push((row) => ROWS.category[row] === asked.category);
  if (asked.core) tests.push((row) => ROWS.core[row]);
  if (asked.verdict) tests.push((row) => (verdictOf(row) ?? "none") === asked.verdict);
  if (asked.least) tests.push((row) => ROWS.confidence[row] >= Number(asked.least) - 1e-9);
  if (asked.most) tests.push((row) => ROWS.confidence[row] <= Number(asked.most) + 1e-9);
  if (asked.from) tests.push((row) => (ROWS.period_end[row] ?? ROWS.period_start[row] ?? "") >= asked.from);
  if (asked.to) {
    const last = `${asked.to}~`;   // after every day that begins so
    tests.push((row) => (ROWS.period_start[row] ?? ROWS.period_end[row] ?? "~~") <= last);
  }
  if (asked.body) {
    tests.push((row) => (ROWS.subject[row] ?? "").includes(asked.body) || (ROWS.organisation[row] ?? "").includes(asked.body));
  }
  for (const term of (asked.text ?? "").toLowerCase().split(/\s+/).filter(Boolean)) {
    tests.push((row) => haystack(row).includes(term));
  }
  return tests;
}

function applyFilters() {
  const fields = new FormData(byId("filters"));
  for (const name of ["text", "category", "body", "from", "to", "least", "most", "verdict", "core"]) {
    filters[name] = (fields.get(name) ?? "").trim();
  }
  const tests = buildTests(filters);
  matches = new Uint8Array(rowCount);
  matching = [];
  for (let row = 0; row < rowCount; row++) {
    if (tests.every((test) => test(row))) {
      matches[row] = 1;
      matching.push(row);
    }
  }
  byId("matches").textContent = words.matches(matching.length, rowCount);
  byId("filters").classList.toggle("active", tests.length > 0);
  emit("filters");
}

/** Set one filter from elsewhere, such as a bar of a chart. */
function setFilter(name, value) {
  byId("filters").elements[name].value = value;
  applyFilters();
}

function fillFilters() {
  const form = byId("filters");
  const options = (select, set, values) => {
    const chosen = select.value;
    select.replaceChildren(make("option", { value: "" }, words.any),
      ...values.map((value) => make("option", { value }, nameOf(set, value))));
    select.value = chosen;
  };
  options(form.elements.category, "categories", Object.keys(words.categories));
  options(form.elements.verdict, "verdicts", ["none", "accept", "reject", "correct"]);
  const counts = new Map();
  for (const subject of ROWS.subject) if (subject) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  const often = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 200);
  byId("bodies").replaceChildren(...often.map(([subject]) => make("option", { value: subject })));
}

function startFilters() {
  let timer = 0;
  const form = byId("filters");
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(applyFilters, 120); });
  form.addEventListener("reset", () => setTimeout(applyFilters));
  form.addEventListener("submit", (event) => { event.preventDefault(); applyFilters(); });
  byId("filters-toggle").addEventListener("click", () => {
    const open = form.classList.toggle("open");
    byId("filters-toggle").setAttribute("aria-expanded", String(open));
  });
  fillFilters();
  applyFilters();
}
