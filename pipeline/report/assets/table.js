// The table of all rows that match the filters, sorted as asked.

const TABLE_COLUMNS = ["verdict", "quote", "value", "unit", "indicator", "subject", "period_text", "change", "category", "confidence", "article"];
const NARROW_HIDES = new Set(["value", "unit", "subject", "change", "category", "article"]);
const sorting = { column: null, down: false };
const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
let table = null;
let tableRows = [];

const SORT_KEYS = {
  verdict: (row) => verdictOf(row),
  value: (row) => ROWS.value[row],
  confidence: (row) => ROWS.confidence[row],
  period_text: (row) => ROWS.period_end[row] ?? ROWS.period_start[row],
  change: (row) => spellChange(valuesOf(row)),
  category: (row) => nameOf("categories", ROWS.category[row]),
  article: (row) => titleOf(ROWS.article[row]),
};

/** The places of different keys in their order, so that each pair of keys is compared once. */
function rankKeys(keys) {
  const different = [...new Set(keys)].filter((key) => key !== null && key !== undefined && key !== "");
  different.sort((a, b) => typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));
  return new Map(different.map((key, rank) => [key, rank]));
}

function sortRows(rows) {
  if (!sorting.column) return rows;
  const keyOf = SORT_KEYS[sorting.column] ?? ((row) => ROWS[sorting.column][row]);
  const keys = new Map(rows.map((row) => [row, keyOf(row)]));
  const ranks = rankKeys(keys.values());
  const way = sorting.down ? -1 : 1;
  const rank = (row) => ranks.get(keys.get(row)) ?? Infinity * way;   // what is not said stands last
  return [...rows].sort((a, b) => {
    const left = rank(a), right = rank(b);
    return left === right ? a - b : way * (left < right ? -1 : 1);
  });
}

function sortBy(column) {
  if (sorting.column === column && sorting.down) sorting.column = null;
  else Object.assign(sorting, { down: sorting.column === column, column });
  showTable();
}

function renderTableHead() {
  return TABLE_COLUMNS.map((column) => {
    const sorted = sorting.column === column;
    return make("div", {
      role: "columnheader", class: cellClass(column), "aria-sort": sorted ? (sorting.down ? "descending" : "ascending") : "none",
    }, make("button", { type: "button", "aria-label": words.sort_by + words[column], on: { click: () => sortBy(column) } },
      column === "verdict" ? "✓" : words[column], make("span", { class: "arrow", "aria-hidden": "true" }, sorted ? (sorting.down ? "▼" : "▲") : "")));
  });
}

const cellClass = (column) => `cell cell-${column}${NARROW_HIDES.has(column) ? " wide-only" : ""}`;

function renderTableRow(row) {
  const values = valuesOf(row);
  const cells = {
    verdict: renderVerdictSign(row), quote: ROWS.quote[row],
    value: formatNumber(values.value) + (values.value_high === null ? "" : `–${formatNumber(values.value_high)}`),
    unit: values.unit, indicator: values.indicator, subject: values.subject, period_text: values.period_text,
    change: spellChange(values), category: make("span", { class: "chip still", "data-cat": values.category }, nameOf("categories", values.category)),
    confidence: formatShare(ROWS.confidence[row]), article: titleOf(ROWS.article[row]),
  };
  const spoken = new Set(["quote", "unit", "indicator", "subject", "period_text", "article"]);
  return make("div", { class: `table-row${ROWS.core[row] ? "" : " faint"}${verdictOf(row) ? ` is-${verdictOf(row)}` : ""}` },
    TABLE_COLUMNS.map((column) => make("div", { role: "gridcell", class: cellClass(column), lang: spoken.has(column) ? "zh-Hans" : null }, cells[column] ?? "")));
}

function showTable() {
  if (state.view !== "table") return;
  tableRows = sortRows(matching);
  byId("grid-head").replaceChildren(...renderTableHead());
  const at = tableRows.indexOf(state.row);
  table.show(tableRows, at);
  if (at >= 0) table.go(at);
}

function startTable() {
  const root = byId("grid");
  root.append(make("div", { id: "grid-head", class: "table-row table-head", role: "row", "aria-rowindex": 1 }));
  table = new LongList(root, { height: 38, role: "grid", itemRole: "row", label: "table_label", render: renderTableRow, pick: selectRow });
  root.setAttribute("aria-colcount", String(TABLE_COLUMNS.length));
  root.addEventListener("dblclick", (event) => { if (event.target.closest(".item")) showView("article"); });
  root.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target === root && state.row !== null) showView("article"); });
  for (const event of ["filters", "view", "marks"]) on(event, showTable);
  on("row", () => { if (state.view === "table") table.go(tableRows.indexOf(state.row)); });
}
