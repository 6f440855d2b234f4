// The reviewer's marks: on rows, headings and articles.  Kept by the browser, saved and loaded as JSON.

const FORM = "news-metrics marks";
const MARKED_FIELDS = [
  "value", "value_high", "bound", "unit", "kind", "direction", "basis", "indicator", "category", "subject",
  "period_text", "period_start", "period_end", "target", "core",
];
const NUMBERS = new Set(["value", "value_high"]);
const VERDICTS = new Set(["accept", "reject", "correct"]);
const CLAIMS = new Set(["target", "core"]);
const marks = { rows: new Map(), added: new Map(), headings: new Map(), finished: new Set() };
let keptBefore = true;

const markOf = (row) => marks.rows.get(ROWS.metric_id[row]) ?? null;
const verdictOf = (row) => markOf(row)?.verdict ?? null;
const isFinished = (article) => marks.finished.has(ARTICLES.article_id[article]);
const addedOf = (article) => marks.added.get(ARTICLES.article_id[article]) ?? [];

/** The values of a row as the reviewer holds them to be. */
function valuesOf(row) {
  return markOf(row)?.values ?? Object.fromEntries(MARKED_FIELDS.map((name) => [name, ROWS[name][row]]));
}

function setMark(row, verdict, values = null, note = null) {
  if (verdict === null) marks.rows.delete(ROWS.metric_id[row]);
  else marks.rows.set(ROWS.metric_id[row], { verdict, values, note });
  changedMarks();
}

function addRow(article, added) {
  marks.added.set(ARTICLES.article_id[article], [...addedOf(article), added].sort((a, b) => a.start - b.start));
  changedMarks();
}

function removeAdded(article, added) {
  marks.added.set(ARTICLES.article_id[article], addedOf(article).filter((other) => other !== added));
  changedMarks();
}

const isHeadingRejected = (article, start) => marks.headings.get(ARTICLES.article_id[article])?.has(start) ?? false;

function toggleHeading(article, start) {
  const id = ARTICLES.article_id[article];
  const rejected = marks.headings.get(id) ?? new Set();
  if (!rejected.delete(start)) rejected.add(start);
  marks.headings.set(id, rejected);
  changedMarks();
}

/** Accept what is not marked yet and close the article; or open it again. */
function toggleFinished(article) {
  const id = ARTICLES.article_id[article];
  if (!marks.finished.delete(id)) {
    for (const row of rowsOf[article]) {
      if (!verdictOf(row)) marks.rows.set(ROWS.metric_id[row], { verdict: "accept", values: null, note: null });
    }
    marks.finished.add(id);
  }
  changedMarks();
}

function changedMarks() {
  const kept = keep.set(keptAs(), JSON.stringify({
    rows: [...marks.rows], added: [...marks.added], finished: [...marks.finished],
    headings: [...marks.headings].map(([id, starts]) => [id, [...starts]]),
  }));
  if (!kept && keptBefore) tell(words.not_kept);
  keptBefore = kept;
  emit("marks");
}

// Marks of an older reading of the same articles may be about other rows.
const keptAs = () => `${FORM} ${ABOUT.code_digest} ${ABOUT.vocabulary_digest}`;

function recallMarks() {
  try {
    const kept = JSON.parse(keep.get(keptAs()) ?? "null");
    if (!kept) return;
    marks.rows = new Map(kept.rows);
    marks.added = new Map(kept.added);
    marks.finished = new Set(kept.finished);
    marks.headings = new Map(kept.headings.map(([id, starts]) => [id, new Set(starts)]));
  } catch {
    keep.set(keptAs(), "null");   // what cannot be read is of no use
  }
}

/** How many rows are marked and articles finished, of those in this report. */
function countMarks() {
  let marked = 0, finished = 0;
  for (let row = 0; row < rowCount; row++) if (verdictOf(row)) marked++;
  for (let article = 0; article < articleCount; article++) if (isFinished(article)) finished++;
  return { marked, finished };
}

// --- saving and loading

async function spellMarks() {
  const articles = [];
  for (let article = 0; article < articleCount; article++) {
    const marked = rowsOf[article].filter(verdictOf);
    const headings = marks.headings.get(ARTICLES.article_id[article])?.size;
    if (marked.length || addedOf(article).length || headings || isFinished(article)) {
      articles.push(await spellArticle(article, marked));
    }
  }
  return { form: FORM, version: 1, articles };
}

async function spellArticle(article, marked) {
  const text = await readText(article);
  const copied = ["article_id", "source_path", "source_record", "raw_sha256", "url", "title", "publisher", "published_at"];
  return {
    ...Object.fromEntries(copied.map((name) => [name, ARTICLES[name][article]])),
    finished: isFinished(article),
    rows: [...marked.map(spellRow), ...addedOf(article).map(spellAdded)],
    headings: text.sections.filter((section) => section.heading).map((section) => ({
      verdict: isHeadingRejected(article, section.start) ? "reject" : "accept",
      start: section.start, heading: section.heading_raw ?? section.heading,
      organisation: section.organisation ?? null, category_line: section.category_line ?? null,
      project: section.project ?? null,
    })),
  };
}

function spellRow(row) {
  const mark = markOf(row);
  const place = Object.fromEntries(["metric_id", "start", "end", "raw_start", "raw_end"].map((name) => [name, ROWS[name][row]]));
  return { ...place, verdict: mark.verdict, ...valuesOf(row), note: mark.note };
}

function spellAdded({ start, end, raw_start, raw_end, values, note }) {
  return { metric_id: null, start, end, raw_start, raw_end, verdict: "add", ...values, note };
}

async function saveMarks() {
  const spelled = await spellMarks();
  if (!spelled.articles.length) return tell(words.nothing_to_save);
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(spelled, null, 1)}\n`], { type: "application/json" }));
  make("a", { href: address, download: "marks.json" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return tell(words.saved(spelled.articles.length));
}

async function loadMarks(file) {
  let spelled = null;
  try {
    spelled = JSON.parse(await file.text());
  } catch { /* told below */ }
  if (spelled?.form !== FORM || !Array.isArray(spelled.articles)) return tell(words.load_failed);
  const numbers = new Map(ARTICLES.article_id.map((id, number) => [id, number]));
  let loaded = 0;
  for (const saved of spelled.articles) {
    const article = numbers.get(saved.article_id);
    if (article === undefined || ARTICLES.raw_sha256[article] !== saved.raw_sha256) continue;
    takeArticle(article, saved);
    loaded++;
  }
  changedMarks();
  return tell(words.loaded(loaded));
}

function takeArticle(article, saved) {
  const id = ARTICLES.article_id[article];
  const known = new Set(rowsOf[article].map((row) => ROWS.metric_id[row]));
  const added = [];
  for (const row of saved.rows ?? []) {
    const values = takeValues(row);
    const note = typeof row.note === "string" ? row.note : null;
    if (row.verdict === "add") {
      const { start, end, raw_start: rawStart, raw_end: rawEnd } = row;
      const isPlace = [start, end, rawStart, rawEnd].every(Number.isSafeInteger) && start >= 0 && start < end;
      if (isPlace) added.push({ start, end, raw_start: rawStart, raw_end: rawEnd, values, note });
    } else if (known.has(row.metric_id) && VERDICTS.has(row.verdict)) {
      marks.rows.set(row.metric_id, { verdict: row.verdict, values: row.verdict === "correct" ? values : null, note });
    }
  }
  marks.added.set(id, added);
  const rejected = (saved.headings ?? []).filter((heading) => heading.verdict === "reject");
  marks.headings.set(id, new Set(rejected.map((heading) => Number(heading.start))));
  if (saved.finished === true) marks.finished.add(id);
  else marks.finished.delete(id);
}

/** The values of a saved row, each of the type that it must have. */
function takeValues(row) {
  return Object.fromEntries(MARKED_FIELDS.map((name) => {
    const value = row[name] ?? null;
    if (CLAIMS.has(name)) return [name, value === true];
    if (value === null) return [name, null];
    return [name, NUMBERS.has(name) ? Number(value) : String(value)];
  }));
}
