// The form in which a row is corrected or added.

const CHOICES = {
  bound: "bounds", kind: "kinds", direction: "directions", basis: "bases", category: "categories",
};
const FORM_ORDER = [
  "value", "value_high", "bound", "unit", "kind", "direction", "basis", "category", "indicator", "subject",
  "period_text", "period_start", "period_end", "target", "core",
];
const OPTIONAL = new Set(["direction", "basis"]);
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

function editRow(row) {
  openForm("correct_title", ROWS.quote[row], valuesOf(row), markOf(row)?.note ?? "", (values, note) => setMark(row, "correct", values, note));
}

/** Add a row for the span that is selected in the text. */
function addSelected() {
  const span = selectedSpan();
  if (!span) return tell(words.add_hint);
  const quote = shownText.text.slice(span.start, span.end);
  const number = Number((quote.match(/\d[\d,]*(\.\d+)?/)?.[0] ?? "").replaceAll(",", ""));
  const values = {
    value: Number.isFinite(number) ? number : null, value_high: null, bound: "exact", unit: "", kind: "level", direction: null,
    basis: null, indicator: null, category: "other_count", subject: null, period_text: null, period_start: null,
    period_end: null, target: false, core: true,
  };
  const article = state.article;
  const place = { ...span, raw_start: rawPlace(shownText, span.start, true), raw_end: rawPlace(shownText, span.end, false) };
  return openForm("add_title", quote, values, "", (given, note) => addRow(article, { ...place, values: given, note }));
}

function editAdded(added) {
  const article = state.article;
  openForm("correct_title", shownText.text.slice(added.start, added.end), added.values, added.note ?? "", (values, note) => {
    marks.added.set(ARTICLES.article_id[article], addedOf(article).map((other) => other === added ? { ...added, values, note } : other));
    changedMarks();
  }, () => removeAdded(article, added));
}

/** Where a clean place stands in the raw text: the start of the character after it, or the end of the one before. */
function rawPlace(text, place, isStart) {
  let shift = 0;
  for (const edit of text.edits) {
    const [start, end] = edit;
    if (start > place || (start === place && !(isStart && end === start))) break;
    if (end > place) return Math.min(start + shift + (place - start), start + shift + rawLength(edit));
    shift += rawLength(edit) - (end - start);
  }
  return place + shift;
}

function openForm(title, quote, values, note, done, remove = null) {
  const dialog = byId("form");
  const field = (name) => make("label", { class: `field-${name}` }, make("span", {}, words[name]), renderField(name, values[name]));
  const form = make("form", { method: "dialog", class: "row-form", novalidate: true },
    make("h2", { id: "form-title" }, words[title]), make("p", { class: "quote", lang: "zh-Hans" }, quote),
    make("div", { class: "fields" }, FORM_ORDER.map(field),
      make("label", { class: "field-note" }, make("span", {}, words.note), make("input", { name: "note", value: note }))),
    make("p", { class: "fault", role: "alert" }),
    make("div", { class: "form-end" },
      remove && make("button", { type: "button", class: "reject", on: { click: () => { remove(); dialog.close(); } } }, words.undo),
      make("span", { class: "space" }),
      make("button", { type: "button", on: { click: () => dialog.close() } }, words.cancel),
      make("button", { type: "submit", class: "main" }, words.apply)));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = readForm(form);
    if (given === null) return;
    dialog.close();
    done(given, form.elements.note.value.trim() || null);
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  form.elements.value.select();
}

function renderField(name, value) {
  if (CLAIMS.has(name)) return make("input", { type: "checkbox", name, checked: value === true });
  if (Object.hasOwn(CHOICES, name)) {
    const set = CHOICES[name];
    const options = [...(OPTIONAL.has(name) ? [""] : []), ...Object.keys(words[set])];
    return make("select", { name }, options.map((option) =>
      make("option", { value: option, selected: option === (value ?? "") }, option ? words[set][option] : words.none)));
  }
  return make("input", { name, value: value ?? "", lang: NUMBERS.has(name) ? null : "zh-Hans", inputmode: NUMBERS.has(name) ? "decimal" : null });
}

/** The values of the form; null where one is wrong, which the form then says. */
function readForm(form) {
  const values = {};
  for (const name of MARKED_FIELDS) {
    const input = form.elements[name];
    const said = input.value.trim();
    input.removeAttribute("aria-invalid");
    if (CLAIMS.has(name)) values[name] = input.checked;
    else if (NUMBERS.has(name)) {
      values[name] = said === "" ? null : Number(said.replaceAll(",", ""));
      if (Number.isNaN(values[name]) || (name === "value" && said === "")) return refuse(form, input, words.wrong_number);
    } else if (name === "unit") values[name] = said;
    else values[name] = said || null;
    if (name.startsWith("period_") && name !== "period_text" && said && !DAY.test(said)) return refuse(form, input, words.wrong_day);
  }
  return values;
}

function refuse(form, input, fault) {
  input.setAttribute("aria-invalid", "true");
  form.querySelector(".fault").textContent = `${words[input.name]}: ${fault}`;
  input.focus();
  return null;
}
