// The keyboard, and the help that names its keys.

const VIEWS = ["article", "table", "charts", "lists"];
let keysOn = keep.get("news-metrics keys") !== "off";

/** Go to the next or previous row: in the table's order there, in the article's elsewhere. */
function stepRow(step) {
  if (state.view === "table") {
    const at = tableRows.indexOf(state.row);
    const next = at < 0 ? (step > 0 ? 0 : tableRows.length - 1) : at + step;
    if (next >= 0 && next < tableRows.length) selectRow(tableRows[next]);
    return;
  }
  const rows = rowsOf[state.article].filter((row) => matches[row]);
  const next = state.row === null ? (step > 0 ? rows[0] : rows.at(-1))
    : step > 0 ? rows.find((row) => row > state.row) : rows.findLast((row) => row < state.row);
  if (next !== undefined) selectRow(next);
}

/** Mark the row and go on to the next one, so that a row that is right takes one key. */
function judge(verdict) {
  if (state.row === null) return;
  setMark(state.row, verdict);
  if (verdict) stepRow(1);
}

const KEYS = {
  j: () => stepRow(1), k: () => stepRow(-1), "]": () => selectArticle(state.article + 1), "[": () => selectArticle(state.article - 1),
  a: () => judge("accept"), r: () => judge("reject"), u: () => judge(null), e: () => state.row !== null && editRow(state.row),
  n: addSelected, f: () => state.view === "article" && toggleFinished(state.article),
  o: () => showView(state.view === "table" ? "article" : "table"),
  g: () => setRepairs(REPAIRS[(REPAIRS.indexOf(state.repairs) + 1) % REPAIRS.length]),
  "/": () => { byId("filters").classList.add("open"); byId("search").focus(); },
  l: () => toggleLanguage(), d: () => toggleTheme(), s: saveMarks, "?": openHelp,
  ...Object.fromEntries(VIEWS.map((view, number) => [String(number + 1), () => showView(view)])),
};

function pressKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const field = event.target.closest("input:not([type=checkbox]), select, textarea");
  const typing = field && !field.closest("dialog");   // a dialog that has just been closed may still have the focus
  if (event.key === "Escape") {
    if (typing) event.target.blur();
    else if (!byId("tip").hidden) hideTip();
    else if (document.body.classList.contains("contents-open")) document.body.classList.remove("contents-open");
    else selectRow(null);
    return;
  }
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (typing || !keysOn || !act || !Object.hasOwn(KEYS, event.key.toLowerCase())) return;
  event.preventDefault();
  act();
}

function openHelp() {
  const dialog = byId("help");
  dialog.replaceChildren(
    make("h2", { id: "help-title" }, words.help_title),
    make("div", { class: "help-columns" },
      make("section", {}, make("h3", {}, words.help_keys),
        make("dl", { class: "keys" }, words.keys.flatMap(([keys, what]) => [
          make("dt", {}, keys.split(/\s+/).map((key) => make("kbd", {}, key))), make("dd", {}, what)])),
        make("label", { class: "check" }, make("input", {
          type: "checkbox", checked: keysOn, on: { change: (event) => { keysOn = event.target.checked; keep.set("news-metrics keys", keysOn ? "on" : "off"); } },
        }), make("span", {}, words.keys_on))),
      make("section", {}, make("h3", {}, words.help_colours),
        make("p", { class: "chips" }, Object.entries(words.categories).map(([category, name]) => make("span", { class: "chip still", "data-cat": category }, name))),
        make("p", {}, words.help_lines), make("h3", {}, words.help_marks), make("p", {}, words.help_marks_text))),
    make("div", { class: "form-end" }, make("span", { class: "space" }),
      make("button", { type: "button", class: "main", autofocus: true, on: { click: () => dialog.close() } }, words.close)));
  dialog.showModal();
}

function startKeys() {
  document.addEventListener("keydown", pressKey);
  byId("open-help").addEventListener("click", openHelp);
  const tabs = document.querySelector(".tabs");
  tabs.addEventListener("click", (event) => { const tab = event.target.closest("[role=tab]"); if (tab) showView(tab.dataset.view); });
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    showView(VIEWS[(VIEWS.indexOf(state.view) + step + VIEWS.length) % VIEWS.length]);
    byId(`tab-${state.view}`).focus();
  });
}
