// Begins here: unpacks the content, shows it, and remembers language, theme and place.

function toggleLanguage() {
  const code = words === CHINESE ? "en" : "zh";
  keep.set("news-metrics language", code);
  setLanguage(code);
  showTheme(document.documentElement.dataset.theme);
  fillFilters();
  applyFilters();
  showProgress();
  findArticles();
  for (const event of ["article", "row", "view"]) emit(event);
}

function showTheme(theme) {
  document.documentElement.dataset.theme = theme;
  byId("theme").textContent = words[theme === "dark" ? "theme_light" : "theme_dark"];
}

function toggleTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  keep.set("news-metrics theme", theme);
  showTheme(theme);
}

function drawView() {
  document.body.dataset.view = state.view;
  for (const view of VIEWS) {
    const chosen = view === state.view;
    byId(`panel-${view}`).hidden = !chosen;
    byId(`tab-${view}`).setAttribute("aria-selected", String(chosen));
    byId(`tab-${view}`).tabIndex = chosen ? 0 : -1;
  }
}

function showProgress() {
  const { marked, finished } = countMarks();
  byId("progress").textContent = words.progress(marked, rowCount, finished);
}

/** The address names what is selected, so that it can be sent to someone with the same report. */
function rememberPlace() {
  if (!articleCount) return;
  const place = state.row === null ? `article=${encodeURIComponent(ARTICLES.article_id[state.article])}` : `row=${ROWS.metric_id[state.row]}`;
  try { history.replaceState(null, "", `#${place}`); } catch { /* a page without an address */ }
}

function recallPlace() {
  const place = new URLSearchParams(location.hash.slice(1));
  const row = ROWS.metric_id.indexOf(place.get("row"));
  const article = ARTICLES.article_id.indexOf(place.get("article"));
  if (row >= 0) Object.assign(state, { row, article: ROWS.article[row] });
  else if (article >= 0) state.article = article;
}

async function start() {
  const asked = keep.get("news-metrics language");
  setLanguage(Object.hasOwn(LANGUAGES, asked ?? "") ? asked : navigator.language.startsWith("zh") ? "zh" : "en");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  showTheme(["light", "dark"].includes(keep.get("news-metrics theme")) ? keep.get("news-metrics theme") : dark ? "dark" : "light");
  await openStore();
  recallMarks();
  recallPlace();
  on("view", drawView);
  startKeys();
  startArticle();
  startDetails();
  startTable();
  startCharts();
  startLists();
  startArticleList();
  startFilters();
  on("marks", showProgress);
  for (const event of ["article", "row"]) on(event, rememberPlace);
  byId("language").addEventListener("click", toggleLanguage);
  byId("theme").addEventListener("click", toggleTheme);
  byId("save").addEventListener("click", saveMarks);
  byId("load").addEventListener("click", () => byId("load-file").click());
  byId("load-file").addEventListener("change", async (event) => {
    if (event.target.files[0]) await loadMarks(event.target.files[0]);
    event.target.value = "";
  });
  showProgress();
  showView("article");
  await findArticles();
  emit("article");
  emit("row");
  document.body.dataset.ready = "yes";
}

start().catch((error) => {
  byId("reader").replaceChildren(make("p", { class: "hint" }, words.too_old));
  throw error;
});
