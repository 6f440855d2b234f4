// All that is known of a row: beside the text for the selected one, in a tip for the one pointed at.

const CONTEXT = 28;
let rowList = null;

function spellValue(values) {
  const high = values.value_high === null ? "" : `–${formatNumber(values.value_high)}`;
  const bound = values.bound === "exact" ? "" : `${nameOf("bounds", values.bound)} `;
  return `${bound}${formatNumber(values.value)}${high} ${values.unit}`.trim();
}

function spellChange(values) {
  if (values.kind !== "change") return nameOf("kinds", values.kind);
  return [values.basis && nameOf("bases", values.basis), values.direction && nameOf("directions", values.direction)]
    .filter(Boolean).join(" ") || nameOf("kinds", "change");
}

function spellDays(values) {
  if (!values.period_start && !values.period_end) return "";
  if (values.period_start === values.period_end) return values.period_start;
  return `${values.period_start ?? words.open_side} – ${values.period_end ?? words.open_side}`;
}

/** The fields of a row that say what it states, in the order in which they are read: [name, value] pairs. */
function factsOf(row) {
  const values = valuesOf(row);
  const base = ROWS.base_value[row] === null ? "" : `${formatNumber(ROWS.base_value[row])} ${ROWS.base_unit[row] === "1" ? "" : ROWS.base_unit[row]}`;
  return [
    ["value", formatNumber(values.value) + (values.value_high === null ? "" : ` – ${formatNumber(values.value_high)}`)],
    ["bound", nameOf("bounds", values.bound)], ["unit", values.unit], ["indicator", values.indicator],
    ["subject", values.subject], ["period_text", values.period_text], ["period_start", spellDays(values)],
    ["change", spellChange(values)], ["category", nameOf("categories", values.category)], ["base", base],
    ["target", values.target && words.yes], ["core", values.core ? words.yes : words.no],
    ["rule", ROWS.rule[row]], ["confidence", formatShare(ROWS.confidence[row])],
  ];
}

/** The fields that say where it stands and what it belongs to. */
function moreFactsOf(row) {
  return [
    ["indicator_id", ROWS.indicator_id[row]], ["of", linkTo(ROWS.of[row])], ["repeats", linkTo(ROWS.repeats[row])],
    ["organisation", ROWS.organisation[row]], ["project", ROWS.project[row]], ["note", markOf(row)?.note],
    ["places", words.place_of(ROWS.start[row], ROWS.end[row], ROWS.raw_start[row], ROWS.raw_end[row])],
    ["metric_id", make("code", {}, ROWS.metric_id[row])],
  ];
}

function linkTo(row) {
  return row === null ? null : make("button", { type: "button", class: "link", on: { click: () => selectRow(row) } },
    `${ROWS.quote[row]} ${ROWS.indicator[row] ?? ""}`);
}

function renderFacts(row, facts) {
  const said = facts.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  const changed = markOf(row)?.verdict === "correct" ? markOf(row).values : null;
  return make("dl", { class: "facts" }, said.flatMap(([name, value]) => [
    make("dt", {}, name === "period_start" ? "" : words[name]),
    make("dd", { class: changed && MARKED_FIELDS.includes(name) && changed[name] !== ROWS[name][row] ? "corrected" : null }, value),
  ]));
}

/** The raw text around a clean span, the span itself marked. */
function renderRaw(text, start, end) {
  const from = Math.max(0, start - CONTEXT), to = Math.min(text.text.length, end + CONTEXT);
  if (text.edits.some((edit) => edit[2] === null && edit[0] >= from && edit[0] <= to)) {
    return make("p", { class: "small" }, words.raw_missing);
  }
  const before = rawPieces(text, from, start, true), inside = rawPieces(text, start, end, false);
  return make("p", { class: "raw", lang: "zh" }, "…", before, make("mark", {}, inside), rawPieces(text, end, to, false, true), "…");
}

/** The raw text of a clean span in pieces: what cleaning changed is told apart. */
function rawPieces(text, start, end, withEnd, withStart = withEnd) {
  const pieces = [];
  let at = start;
  for (const edit of editsIn(text, start, end, withEnd)) {
    const [from, to] = edit;
    if (from === to && from === start && !withStart) continue;
    if (from > at) pieces.push(text.text.slice(at, from));
    const raw = rawIn(edit, start, end);
    if (raw) pieces.push(make("span", { class: "was" }, raw));
    at = Math.max(at, Math.min(to, end));
  }
  if (at < end) pieces.push(text.text.slice(at, end));
  return pieces;
}

/** A row in one breath, for screen readers. */
function sayRow(row) {
  const verdict = verdictOf(row);
  return [ROWS.quote[row], ROWS.indicator[row], ROWS.subject[row], ROWS.period_text[row], verdict && words.verdicts[verdict]]
    .filter(Boolean).join(", ");
}

// --- the panel

function renderVerdicts(row) {
  const given = verdictOf(row);
  const set = (verdict) => setMark(row, given === verdict ? null : verdict);
  return make("div", { class: "verdicts", role: "group", "aria-label": words.verdict },
    button("accept", () => set("accept"), { class: "accept", "aria-pressed": given === "accept" }, "A"),
    button("reject", () => set("reject"), { class: "reject", "aria-pressed": given === "reject" }, "R"),
    button("correct", () => editRow(row), { class: "correct", "aria-pressed": given === "correct" }, "E"),
    given && button("undo", () => setMark(row, null), { class: "quiet" }, "U"));
}

async function showDetails() {
  const panel = byId("details");
  const row = state.row;
  document.body.classList.toggle("row-chosen", row !== null);
  const list = byId("row-list") ?? make("div", { id: "row-list", class: "list" });
  if (!articleCount) return;
  const head = make("h3", { class: "rows-head" }, words.rows_here(rowsOf[state.article].length));
  if (row === null) {
    panel.replaceChildren(make("p", { class: "hint" }, words.select_hint), head, list);
  } else {
    const text = await readText(ROWS.article[row]);
    if (row !== state.row) return;
    panel.replaceChildren(make("div", { class: "row-facts" }, ...renderRow(row, text)), head, list);
  }
  showRowList(list);
}

function renderRow(row, text) {
  const values = valuesOf(row);
  const elsewhere = state.view === "table";
  return [
    make("div", { class: "row-nav" },
      make("span", { class: "chip still", "data-cat": values.category }, nameOf("categories", values.category)),
      make("span", { class: "space" }),
      make("button", { type: "button", class: "quiet", "aria-label": `${words.previous_row} K`, on: { click: () => stepRow(-1) } }, "↑"),
      make("button", { type: "button", class: "quiet", "aria-label": `${words.next_row} J`, on: { click: () => stepRow(1) } }, "↓"),
      make("button", { type: "button", class: "quiet close", "aria-label": `${words.close} Esc`, on: { click: () => selectRow(null) } }, "✕")),
    make("p", { class: "quote", lang: "zh-Hans" }, ROWS.quote[row]),
    make("p", { class: "reading" }, spellValue(values), " ", renderConfidence(ROWS.confidence[row])),
    renderVerdicts(row),
    make("button", { type: "button", class: "link", on: { click: () => showView(elsewhere ? "article" : "table") } },
      elsewhere ? words.open_in_text : words.open_in_table),
    elsewhere && make("p", { class: "sentence", lang: "zh-Hans" }, renderSentence(row)),
    make("h4", {}, words.raw_text),
    renderRaw(text, ROWS.start[row], ROWS.end[row]),
    renderFacts(row, factsOf(row)),
    renderFacts(row, moreFactsOf(row)),
  ].filter(Boolean);
}

/** The sentence of a row with its quote marked. */
function renderSentence(row) {
  const sentence = ROWS.sentence[row], quote = ROWS.quote[row];
  const at = sentence.indexOf(quote);
  if (at < 0) return [sentence];
  return [sentence.slice(0, at), make("mark", { class: "hit chosen", "data-cat": ROWS.category[row] }, quote), sentence.slice(at + quote.length)];
}

function renderConfidence(confidence) {
  const meter = make("span", { class: "meter", "aria-hidden": "true" }, make("span"));
  meter.firstChild.style.width = `${Math.round(confidence * 100)}%`;
  return make("span", { class: "confidence", title: words.confidence }, meter, formatShare(confidence));
}

// --- the rows of the article

function showRowList(root) {
  if (!rowList || rowList.root !== root) {
    rowList = new LongList(root, {
      height: 46, role: "listbox", itemRole: "option", label: "row_list_label", render: renderRowItem, pick: selectRow,
    });
    root.addEventListener("mouseover", (event) => pointAt(event.target.closest(".item")));
    root.addEventListener("mouseleave", () => pointAt(null));
  }
  const rows = rowsOf[state.article];
  rowList.show(rows, rows.indexOf(state.row));
  rowList.go(rows.indexOf(state.row));
}

function renderRowItem(row) {
  return make("div", { class: `row-item${matches[row] ? "" : " dim"}${verdictOf(row) ? ` is-${verdictOf(row)}` : ""}`, "data-cat": ROWS.category[row] },
    make("span", { class: "swatch" }), make("span", { class: "row-quote", lang: "zh-Hans" }, ROWS.quote[row]),
    make("span", { class: "row-share" }, renderVerdictSign(row), formatShare(ROWS.confidence[row])),
    make("span", { class: "row-says", lang: "zh-Hans" }, [ROWS.subject[row], ROWS.indicator[row], ROWS.period_text[row]].filter(Boolean).join(" · ")));
}

function renderVerdictSign(row) {
  const verdict = verdictOf(row);
  const sign = { accept: "✓", reject: "✕", correct: "✎" }[verdict];
  return sign ? make("span", { class: `sign is-${verdict}`, "aria-label": words.verdicts[verdict], role: "img" }, sign) : null;
}

/** Show in the text which row the list points at. */
function pointAt(item) {
  for (const element of byId("reader").querySelectorAll(".hit.pointed")) element.classList.remove("pointed");
  if (!item) return;
  const row = rowList.items[Number(item.dataset.index)];
  for (const element of byId("reader").querySelectorAll(`.hit[data-row="${row}"]`)) element.classList.add("pointed");
}

// --- the tip

let tipTimer = 0;

function showTip(target) {
  const tip = byId("tip");
  clearTimeout(tipTimer);
  const row = target.dataset.row;
  if (row !== undefined && Number(row) !== state.row) {
    const content = [make("p", { class: "quote", lang: "zh-Hans" }, ROWS.quote[row]), renderFacts(Number(row), factsOf(Number(row)))];
    if (shownText) content.push(make("h4", {}, words.raw_text), renderRaw(shownText, ROWS.start[row], ROWS.end[row]));
    tip.replaceChildren(...content);
  } else if (target.dataset.edit !== undefined && state.repairs !== "off") {
    tip.replaceChildren(...renderEditTip(shownText.edits[Number(target.dataset.edit)]));
  } else return;
  tip.hidden = false;
  placeTip(tip, target.getBoundingClientRect());
}

function renderEditTip(edit) {
  if (edit[2] === null) return [make("p", {}, words.raw_taken_out(edit[3])), make("p", { class: "small" }, words.raw_missing)];
  const raw = rawOf(edit);
  if (!raw) return [make("p", {}, words.raw_put_in)];
  const shown = raw.trim() ? raw : JSON.stringify(raw);
  return [make("p", {}, edit[0] === edit[1] ? words.raw_taken_out(rawLength(edit)) : words.raw_was), make("p", { class: "raw", lang: "zh" }, shown)];
}

function placeTip(tip, box) {
  const { offsetWidth: width, offsetHeight: height } = tip;
  const left = Math.max(8, Math.min(box.left, innerWidth - width - 8));
  const below = box.bottom + 8;
  const top = below + height < innerHeight ? below : Math.max(8, box.top - height - 8);
  tip.style.left = `${left}px`;
  tip.style.top = `${top}px`;
}

function hideTip() {
  clearTimeout(tipTimer);
  byId("tip").hidden = true;
}

function startDetails() {
  const reader = byId("reader"), tip = byId("tip");
  const later = () => { clearTimeout(tipTimer); tipTimer = setTimeout(hideTip, 200); };
  reader.addEventListener("mouseover", (event) => {
    const target = event.target.closest(".edit:not(.hit .edit), .hit[data-row]") ?? event.target.closest(".edit");
    if (target) showTip(target);
  });
  reader.addEventListener("mouseout", later);
  reader.addEventListener("focusin", (event) => { if (event.target.matches(".hit[data-row]")) showTip(event.target); });
  reader.addEventListener("focusout", hideTip);
  reader.addEventListener("scroll", hideTip, { passive: true });
  tip.addEventListener("mouseenter", () => clearTimeout(tipTimer));
  tip.addEventListener("mouseleave", hideTip);
  for (const event of ["article", "row", "marks", "filters", "view"]) on(event, showDetails);
  for (const event of ["row", "article", "view"]) on(event, hideTip);
  on("row", () => { byId("live").textContent = state.row === null ? "" : sayRow(state.row); });
}
