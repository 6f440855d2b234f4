// The text of the selected article, with its rows, sections and repairs.

const PART_CHARS = 60_000;
const BLOCK_CHARS = 20_000;   // a longer line is shown as several
const REPAIRS = ["off", "marked", "raw"];
let shownText = null;     // the text that is on the page
let shownArticle = null;  // and whose it is
let shownParts = [];
let shownPart = 0;
let turn = 0;             // tells a late answer from the latest one

/** The lines of a text as blocks, cut where sections and their headings begin and end. */
function splitBlocks(text) {
  const cuts = new Set();
  for (const { start, body } of text.sections) cuts.add(start).add(body);
  const inner = [...cuts].sort((a, b) => a - b);
  const blocks = [];
  let cut = 0, at = 0;
  for (const line of text.text.split("\n")) {
    const end = at + line.length;
    while (cut < inner.length && inner[cut] <= at) cut++;
    let from = at;
    const close = (to) => {
      for (; to - from > BLOCK_CHARS; from += BLOCK_CHARS) blocks.push({ start: from, end: from + BLOCK_CHARS, ends: false });
      blocks.push({ start: from, end: to, ends: to === end });
      from = to;
    };
    for (; cut < inner.length && inner[cut] < end; cut++) close(inner[cut]);
    close(end);
    at = end + 1;
  }
  return blocks.filter((block) => text.text.slice(block.start, block.end).trim());
}

/** For each block its section: the last one that begins before it and holds it. */
function placeBlocks(text, blocks) {
  let next = 0;
  const open = [];
  for (const block of blocks) {
    while (next < text.sections.length && text.sections[next].start <= block.start) open.push(text.sections[next++]);
    while (open.length && open.at(-1).end <= block.start) open.pop();
    block.section = open.at(-1) ?? null;
    block.isHeading = Boolean(block.section?.heading) && block.start < block.section.body;
  }
}

function splitParts(text) {
  const blocks = splitBlocks(text);
  placeBlocks(text, blocks);
  const parts = [[]];
  let held = 0;
  for (const block of blocks) {
    if (held > PART_CHARS) { parts.push([]); held = 0; }
    parts.at(-1).push(block);
    held += block.end - block.start;
  }
  return parts;
}

/** The first place in a sorted list for which `test` holds. */
function firstWhere(list, test) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The edits that touch a clean span; those at its end only where the line ends there. */
function editsIn(text, start, end, withEnd) {
  const found = [];
  for (let at = firstWhere(text.edits, (edit) => edit[1] >= start); at < text.edits.length; at++) {
    const edit = text.edits[at];
    if (edit[0] > end || (edit[0] === end && !withEnd)) break;
    if (edit[1] > start || edit[0] === edit[1]) found.push(edit);
  }
  return found;
}

/** What stood in the raw text, as shown. */
function rawOf(edit) {
  if (edit[2] === null) return "";
  return edit.length === 3 ? edit[2] : `${edit[2]}${words.omitted(edit[3])}${edit[4]}`;
}

/** The part of it that stood in a clean span: an edit that takes nothing out is one for one. */
function rawIn(edit, from, to) {
  const [start, end, raw] = edit;
  return start < end && raw ? raw.slice(Math.max(from, start) - start, Math.min(to, end) - start) : rawOf(edit);
}

const rawLength = (edit) => edit[2] === null ? edit[3] : edit.length === 3 ? edit[2].length : edit[2].length + edit[3] + edit[4].length;

/** The elements of a clean span: pieces, highlighted rows, marks of repairs. */
function renderSpan(text, block, hits) {
  const { start, end } = block;
  const edits = editsIn(text, start, end, block.ends);
  const inside = hits.filter((hit) => hit.start < end && hit.end > start);
  const points = new Set([start, end]);
  for (const { start: from, end: to } of inside) points.add(Math.max(from, start)).add(Math.min(to, end));
  for (const [from, to] of edits) points.add(Math.max(from, start)).add(Math.min(to, end));
  const sorted = [...points].sort((a, b) => a - b);
  const nodes = [];
  let mark = null, hit = null, nextHit = 0, nextEdit = 0;
  for (const [number, point] of sorted.entries()) {
    while (nextHit < inside.length && inside[nextHit].end <= point) nextHit++;
    const here = inside[nextHit] && inside[nextHit].start <= point && point < end ? inside[nextHit] : null;
    const insideMark = here !== null && here === hit;
    for (; nextEdit < edits.length && edits[nextEdit][1] <= point; nextEdit++) {
      if (edits[nextEdit][0] < edits[nextEdit][1]) continue;
      const cut = renderEdit(edits[nextEdit], "");
      if (insideMark) mark.append(cut);
      else nodes.push(cut);
    }
    if (number === sorted.length - 1) break;
    if (here !== hit) {
      hit = here;
      mark = here && renderHit(here);
      if (mark) nodes.push(mark);
    }
    const edit = edits[nextEdit];
    const piece = text.text.slice(point, sorted[number + 1]);
    const node = edit && edit[0] <= point && point < edit[1]
      ? renderEdit(edit, piece, point) : make("span", { "data-at": point }, piece);
    if (mark) mark.append(node);
    else nodes.push(node);
  }
  return nodes;
}

function renderHit({ row, added }) {
  if (added) return make("mark", { class: "hit added", "data-cat": added.values.category, role: "button", tabindex: -1, "data-added": addedOf(state.article).indexOf(added) });
  return make("mark", { class: hitClass(row), "data-cat": ROWS.category[row], "data-row": row, role: "button", tabindex: -1 });
}

function hitClass(row) {
  return ["hit", !ROWS.core[row] && "faint", ROWS.target[row] && "target", !matches[row] && "dim",
    verdictOf(row) && `is-${verdictOf(row)}`, row === state.row && "chosen"].filter(Boolean).join(" ");
}

function renderEdit(edit, piece, at = null) {
  const raw = rawIn(edit, at, at + piece.length);
  const blank = !piece && edit[2] !== null && !raw.trim();
  return make("span", {
    class: `edit ${piece ? "changed" : "cut"}${blank ? " blank" : ""}`, "data-edit": edit.number,
    "data-raw": blank ? " " : raw, "data-at": at,
  }, piece);
}

// --- the page of an article

async function showArticle() {
  const mine = ++turn;
  const reader = byId("reader");
  if (!articleCount) return reader.replaceChildren(make("p", { class: "empty" }, words.no_rows));
  const text = await readText(state.article);
  if (mine !== turn) return null;   // another article was asked for meanwhile
  for (const [number, edit] of text.edits.entries()) edit.number = number;
  shownText = text;
  shownArticle = state.article;
  shownParts = splitParts(text);
  shownPart = state.row === null ? 0 : partOf(ROWS.start[state.row]);
  drawArticle();
  reader.scrollTop = 0;
  return showChosen();
}

const partOf = (place) => Math.max(0, firstWhere(shownParts, (part) => part.length && part[0].start > place) - 1);

function drawArticle() {
  const article = state.article;
  const script = ARTICLES.script[article];
  const hits = [
    ...rowsOf[article].map((row) => ({ row, start: ROWS.start[row], end: ROWS.end[row] })),
    ...addedOf(article).map((added) => ({ added, start: added.start, end: added.end })),
  ].sort((a, b) => a.start - b.start);
  const body = make("div", { class: "text", lang: "zh-Hans" });
  for (const block of shownParts[shownPart]) body.append(...renderBlock(block, hits));
  byId("reader").replaceChildren(renderHead(article, script), body, ...renderPager(), renderEnd(article));
  byId("reader").dataset.repairs = state.repairs;
  const first = body.querySelector(".hit");
  if (first) first.tabIndex = 0;
}

function renderBlock(block, hits) {
  const { section, isHeading } = block;
  const level = Math.min(section?.level ?? 0, 4);
  const nodes = renderSpan(shownText, block, hits);
  const out = [];
  const begins = section && block.start <= section.start + 1;
  if (begins) {
    const names = [section.organisation, section.category_line, section.project].filter(Boolean)
      .filter((name) => name !== section.heading);
    if (names.length) out.push(make("p", { class: `section-label level-${level}` }, names.join(" · ")));
  }
  if (!isHeading) return [...out, make("p", { class: `level-${level}` }, nodes)];
  const rejected = isHeadingRejected(state.article, section.start);
  const toggle = begins && make("button", {
    type: "button", class: "heading-mark quiet", on: { click: () => toggleHeading(state.article, section.start) },
  }, rejected ? words.heading_again : words.not_heading);
  return [...out, make("h3", { class: `level-${level}${rejected ? " rejected" : ""}${begins ? "" : " more"}`, id: `section-${block.start}`, "aria-level": level + 2 }, nodes, toggle)];
}

function renderHead(article, script) {
  const counts = new Map();
  for (const row of rowsOf[article]) counts.set(ROWS.category[row], (counts.get(ROWS.category[row]) ?? 0) + 1);
  return make("header", { class: "article-head" },
    make("div", { class: "article-nav" },
      make("button", { type: "button", class: "quiet contents-toggle", on: { click: () => document.body.classList.toggle("contents-open") } }, `☰ ${words.articles}`),
      make("button", { type: "button", class: "quiet", "aria-label": `${words.previous} [`, disabled: article === 0, on: { click: () => selectArticle(article - 1) } }, "←"),
      make("span", { class: "count" }, `${article + 1} / ${articleCount}`),
      make("button", { type: "button", class: "quiet", "aria-label": `${words.next} ]`, disabled: article === articleCount - 1, on: { click: () => selectArticle(article + 1) } }, "→"),
      renderRepairs()),
    make("h2", { lang: script === "hant" ? "zh-Hant" : "zh-Hans" }, titleOf(article)),
    make("p", { class: "meta" }, ...joinParts([
      ARTICLES.publisher[article], ARTICLES.author[article], ARTICLES.published_at[article], renderAddress(ARTICLES.url[article])])),
    make("p", { class: "meta small" }, ...joinParts([
      make("code", {}, ARTICLES.source_path[article]), words.record(ARTICLES.source_record[article]), ARTICLES.encoding[article],
      nameOf("scripts", script), words.raw_to_clean(formatNumber(ARTICLES.raw_chars[article]), formatNumber(ARTICLES.clean_chars[article]))])),
    renderDuplicate(article),
    make("div", { class: "chips" }, [...counts].sort((a, b) => b[1] - a[1]).map(([category, count]) => renderChip(category, count))),
    renderRepairCounts(article),
    renderOutline());
}

const joinParts = (parts) => parts.filter(Boolean).flatMap((part, number) => number ? [" · ", part] : [part]);

/** A link only where the address is one of the web. */
function renderAddress(url) {
  if (!url) return null;
  if (!/^https?:\/\/[^\s]+$/i.test(url)) return make("span", { class: "address" }, url);
  return make("a", { href: url, class: "address", rel: "noreferrer noopener", target: "_blank" }, url);
}

function renderDuplicate(article) {
  const duplicate = duplicateOf.get(article);
  if (!duplicate) return null;
  return make("p", { class: "banner" }, words.duplicate_of(nameOf("likenesses", duplicate.kind), formatShare(duplicate.similarity)),
    duplicate.of === null ? `${duplicate.duplicate_of} (${words.not_in_report})`
      : make("button", { type: "button", class: "link", on: { click: () => selectArticle(duplicate.of) } }, titleOf(duplicate.of)));
}

function renderChip(category, count) {
  const pressed = filters.category === category;
  return make("button", {
    type: "button", class: "chip", "data-cat": category, "aria-pressed": pressed,
    on: { click: () => setFilter("category", pressed ? "" : category) },
  }, `${nameOf("categories", category)} ${count}`);
}

function renderRepairs() {
  return make("div", { class: "choice", role: "group", "aria-label": words.repairs },
    make("span", { class: "choice-name" }, words.repairs),
    REPAIRS.map((mode) => make("button", {
      type: "button", "aria-pressed": state.repairs === mode, on: { click: () => setRepairs(mode) },
    }, words[`repairs_${mode}`])));
}

function renderRepairCounts(article) {
  const counts = Object.entries(ARTICLES.repairs[article]);
  const missing = shownText.edits.some((edit) => edit[2] === null);
  if (!counts.length && !missing) return null;
  return make("p", { class: "meta small" }, `${words.repairs_made}: `,
    counts.map(([kind, count]) => `${kind} ${count}`).join(", "), missing && ` ${words.raw_missing}`);
}

function renderOutline() {
  const headed = shownText.sections.filter((section) => section.heading || section.project);
  if (!headed.length) return null;
  return make("details", { class: "outline" }, make("summary", {}, `${words.outline} ${headed.length}`),
    make("ol", {}, headed.map((section) => make("li", { class: `level-${Math.min(section.level, 4)}` },
      make("button", { type: "button", class: "link", on: { click: () => goTo(section.start) } }, section.heading || section.project)))));
}

function renderPager() {
  if (shownParts.length < 2) return [];
  const go = (part) => { shownPart = part; drawArticle(); byId("reader").scrollTop = 0; };
  return [make("nav", { class: "pager" },
    make("button", { type: "button", disabled: shownPart === 0, on: { click: () => go(shownPart - 1) } }, words.previous),
    words.part(shownPart + 1, shownParts.length),
    make("button", { type: "button", disabled: shownPart === shownParts.length - 1, on: { click: () => go(shownPart + 1) } }, words.next))];
}

function renderEnd(article) {
  const finished = isFinished(article);
  return make("footer", { class: "article-end" },
    make("p", {}, finished ? words.finished_note : words.finish_note),
    button(finished ? "reopen" : "finish", () => toggleFinished(article), { class: finished ? "" : "main" }, "F"));
}

function setRepairs(mode) {
  state.repairs = mode;
  byId("reader").dataset.repairs = mode;
  for (const [number, element] of document.querySelectorAll(".choice button").entries()) {
    element.setAttribute("aria-pressed", String(REPAIRS[number] === mode));
  }
}

// --- what is chosen

function showChosen() {
  if (shownArticle !== state.article) return;   // its text is still being unpacked
  for (const element of byId("reader").querySelectorAll(".hit.chosen")) element.classList.remove("chosen");
  if (state.row === null || ROWS.article[state.row] !== state.article) return;
  const part = partOf(ROWS.start[state.row]);
  if (part !== shownPart) { shownPart = part; drawArticle(); }
  const found = byId("reader").querySelectorAll(`.hit[data-row="${state.row}"]`);
  for (const element of found) element.classList.add("chosen");
  if (!found.length || state.view !== "article") return;
  for (const element of byId("reader").querySelectorAll('.hit[tabindex="0"]')) element.tabIndex = -1;
  found[0].tabIndex = 0;
  bringIntoView(found[0]);
}

function bringIntoView(element) {
  const scroller = getComputedStyle(byId("reader")).overflowY === "visible" ? document.documentElement : byId("reader");
  const box = element.getBoundingClientRect();
  const top = scroller === byId("reader") ? scroller.getBoundingClientRect().top : 0;
  const seen = uncovered(scroller.clientHeight);
  if (box.top < top + 60 || box.bottom > top + seen * 0.8) scroller.scrollTop += box.top - top - seen * 0.35;
}

function goTo(place) {
  const part = partOf(place);
  if (part !== shownPart) { shownPart = part; drawArticle(); }
  byId(`section-${place}`)?.scrollIntoView({ block: "start" });
}

/** Draw the same article again, where the reader is. */
function redrawArticle() {
  if (shownArticle !== state.article) return;
  const top = byId("reader").scrollTop;
  drawArticle();
  byId("reader").scrollTop = top;
}

/** The clean span that the reader has selected in the text; null where there is none. */
function selectedSpan() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  const place = (node, offset) => {
    const holder = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-at]");
    return holder && byId("reader").contains(holder) ? Number(holder.dataset.at) + (node.nodeType === Node.TEXT_NODE ? offset : 0) : null;
  };
  const start = place(startContainer, startOffset), end = place(endContainer, endOffset);
  return start === null || end === null || end <= start ? null : { start, end };
}

function startArticle() {
  const reader = byId("reader");
  reader.addEventListener("click", (event) => {
    const hit = event.target.closest(".hit");
    if (!hit || !getSelection().isCollapsed) return;
    if (hit.dataset.row) selectRow(Number(hit.dataset.row));
    else editAdded(addedOf(state.article)[Number(hit.dataset.added)]);
  });
  reader.addEventListener("keydown", (event) => {
    const hit = event.target.closest(".hit");
    if (hit && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); hit.click(); }
  });
  on("article", showArticle);
  for (const event of ["row", "view"]) on(event, showChosen);
  for (const event of ["filters", "marks"]) on(event, redrawArticle);
}
