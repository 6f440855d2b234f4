// The content of the report and what is selected in it.  Who wants to know of changes listens with `on`.

let ARTICLES, ROWS, DUPLICATES, FAILURES, ABOUT;
let articleCount = 0, rowCount = 0;
let rowsOf = [];            // of each article, its rows
let duplicateOf = new Map();
const blocks = new Map();   // promises of unpacked texts
const state = { view: "article", article: 0, row: null, repairs: "off" };
const listeners = new Map();

function on(event, listener) {
  listeners.set(event, [...(listeners.get(event) ?? []), listener]);
}

function emit(event) {
  for (const listener of listeners.get(event) ?? []) listener();
}

/** The value that a JSON block of the page holds: Base64 of gzip of JSON. */
async function unpack(id) {
  const packed = Uint8Array.from(atob(JSON.parse(byId(id).textContent)), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** Columns with their strings put back in place. */
function widen(table) {
  return Object.fromEntries(Object.entries(table).map(([name, column]) =>
    [name, Array.isArray(column) ? column : column.at.map((at) => column.words[at])]));
}

async function openStore() {
  const index = await unpack("index");
  ARTICLES = widen(index.articles);
  ROWS = widen(index.metrics);
  DUPLICATES = index.duplicates;
  FAILURES = index.failures;
  ABOUT = index.about;
  articleCount = ARTICLES.article_id.length;
  rowCount = ROWS.metric_id.length;
  rowsOf = Array.from({ length: articleCount }, () => []);
  for (let row = 0; row < rowCount; row++) rowsOf[ROWS.article[row]].push(row);
  const numbers = new Map(ARTICLES.article_id.map((id, number) => [id, number]));
  duplicateOf = new Map(DUPLICATES.map((duplicate) => [
    numbers.get(duplicate.article_id), { ...duplicate, of: numbers.get(duplicate.duplicate_of) ?? null }]));
}

/** The text of an article with its edits and sections. */
async function readText(article) {
  const [block, place] = ARTICLES.place[article];
  if (!blocks.has(block)) blocks.set(block, unpack(`block-${block}`));
  return (await blocks.get(block))[place];
}

/** The title of an article; of one without, the name of its file. */
const titleOf = (article) => ARTICLES.title[article] || ARTICLES.source_path[article].split("/").at(-1) || words.untitled;

function selectArticle(article) {
  if (article === null || article < 0 || article >= articleCount || article === state.article) return;
  state.article = article;
  if (state.row !== null && ROWS.article[state.row] !== article) state.row = null;
  emit("article");
  emit("row");
}

function selectRow(row) {
  if (row === null) {
    state.row = null;
  } else {
    const other = ROWS.article[row] !== state.article;
    state.row = row;
    state.article = ROWS.article[row];
    if (other) emit("article");
  }
  emit("row");
}

function showView(view) {
  state.view = view;
  emit("view");
}
