// The list of articles at the side, and the page of duplicates and failures.

let articleList = null;
let foundArticles = [];
let searchTurn = 0;

async function findArticles() {
  const mine = ++searchTurn;
  const asked = byId("find-article").value.trim().toLowerCase();
  const onlyMatching = byId("matching").checked;
  const holding = new Set(onlyMatching ? matching.map((row) => ROWS.article[row]) : []);
  const found = [];
  for (let article = 0; article < articleCount; article++) {
    if (onlyMatching && !holding.has(article)) continue;
    if (asked && !saysArticle(article, asked) && !(await readText(article)).text.toLowerCase().includes(asked)) continue;
    if (mine !== searchTurn) return;
    found.push(article);
  }
  if (mine !== searchTurn) return;
  foundArticles = found;
  byId("article-count").textContent = words.article_count(found.length, articleCount);
  articleList.show(found, found.indexOf(state.article));
}

function saysArticle(article, asked) {
  return ["title", "publisher", "source_path", "article_id"].some((name) => (ARTICLES[name][article] ?? "").toLowerCase().includes(asked));
}

function renderArticleItem(article) {
  const day = ARTICLES.published_at[article]?.slice(0, 10);
  return make("div", { class: `article-item${isFinished(article) ? " finished" : ""}`, lang: "zh-Hans" },
    make("span", { class: "item-title" }, titleOf(article)),
    make("span", { class: "item-meta" },
      duplicateOf.has(article) && make("span", { class: "badge" }, words.duplicate),
      isFinished(article) && make("span", { class: "badge done" }, `✓ ${words.finished}`),
      [day, words.rows(rowsOf[article].length), ARTICLES.publisher[article]].filter(Boolean).join(" · ")));
}

function startArticleList() {
  articleList = new LongList(byId("article-list"), {
    height: 68, role: "listbox", itemRole: "option", label: "list_label", render: renderArticleItem,
    pick: (article) => { selectArticle(article); document.body.classList.remove("contents-open"); },
  });
  let timer = 0;
  byId("find-article").addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(findArticles, 200); });
  byId("matching").addEventListener("change", findArticles);
  on("article", () => articleList.go(foundArticles.indexOf(state.article)));
  on("marks", () => articleList.draw(true));
  on("filters", () => { if (byId("matching").checked) findArticles(); });
}

// --- duplicates, failures, and what made the report

function showLists() {
  if (state.view !== "lists") return;
  const numbers = new Map(ARTICLES.article_id.map((id, number) => [id, number]));
  const link = (id) => numbers.has(id)
    ? make("button", { type: "button", class: "link", lang: "zh-Hans", on: { click: () => { selectArticle(numbers.get(id)); showView("article"); } } }, titleOf(numbers.get(id)))
    : `${id} (${words.not_in_report})`;
  byId("panel-lists").replaceChildren(
    make("h2", {}, `${words.duplicates} ${DUPLICATES.length}`),
    listTable(["article", "original", "likeness", "similarity"], words.no_duplicates, DUPLICATES.map((duplicate) => [
      link(duplicate.article_id), link(duplicate.duplicate_of), nameOf("likenesses", duplicate.kind), formatShare(duplicate.similarity)])),
    make("h2", {}, `${words.failures} ${FAILURES.length}`),
    listTable(["source", "stage", "error", "message"], words.no_failures, FAILURES.map((failure) => [
      make("span", {}, make("code", {}, failure.source_path), ` ${words.record(failure.source_record)}`), failure.stage, failure.error, failure.message])),
    make("h2", {}, words.about),
    make("p", {}, words.about_rows(articleCount, ABOUT.articles, rowCount, ABOUT.rows)),
    make("dl", { class: "facts about" }, [["version", ABOUT.pipeline_version], ["code_digest", ABOUT.code_digest], ["words_digest", ABOUT.vocabulary_digest]]
      .flatMap(([name, value]) => [make("dt", {}, words[name]), make("dd", {}, make("code", {}, value))])));
}

const MOST_LISTED = 1000;

function listTable(columns, empty, rows) {
  if (!rows.length) return make("p", { class: "empty" }, empty);
  return make("div", { class: "table-scroll" }, make("table", {},
    make("thead", {}, make("tr", {}, columns.map((column) => make("th", { scope: "col" }, words[column])))),
    make("tbody", {}, rows.slice(0, MOST_LISTED).map((row) => make("tr", {}, row.map((cell) => make("td", {}, cell))))),
    rows.length > MOST_LISTED && make("caption", {}, words.matches(MOST_LISTED, rows.length))));
}

function startLists() {
  on("view", showLists);
}
