// Charts of the rows that match the filters.  Bars filter, points open their row.

const MOST_SERIES = 12;
const MOST_BODIES = 14;
const LOG_FROM = 200;   // a wider span of values than this is drawn on a logarithmic scale

function showCharts() {
  if (state.view !== "charts") return;
  const rows = matching.filter((row) => ROWS.core[row]);
  byId("panel-charts").replaceChildren(
    make("p", { class: "chart-note" }, words.chart_note),
    make("div", { class: "charts" },
      chart("chart_categories", drawBars(countBy(rows, (row) => ROWS.category[row]), {
        name: (category) => nameOf("categories", category), category: (category) => category, pick: (category) => setFilter("category", category) })),
      make("div", { class: "chart-pair" }, chart("chart_confidence", drawColumns(countConfidence(rows))), chart("chart_years", drawColumns(countYears(rows)))),
      chart("chart_bodies", drawBars(countBy(rows, (row) => ROWS.subject[row]).slice(0, MOST_BODIES), {
        name: (body) => body, pick: (body) => setFilter("body", body) }))),
    make("h2", {}, words.chart_indicators),
    make("div", { class: "series-list" }, findSeries(rows).map(drawSeries)));
}

function chart(title, drawing) {
  return make("figure", { class: "chart" }, make("figcaption", {}, words[title]), drawing ?? make("p", { class: "empty" }, words.chart_empty));
}

/** [key, count] pairs, most first; rows without a key are left out. */
function countBy(rows, keyOf) {
  const counts = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    if (key) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
}

function countConfidence(rows) {
  const bins = Array.from({ length: 10 }, (_, bin) => [`${(bin / 10).toFixed(1)}`, 0]);
  for (const row of rows) bins[Math.min(9, Math.floor(ROWS.confidence[row] * 10 + 1e-9))][1]++;
  return bins;
}

function countYears(rows) {
  const counts = countBy(rows, (row) => (ROWS.period_end[row] ?? ROWS.period_start[row])?.slice(0, 4)).map(([year, count]) => [Number(year), count]);
  if (!counts.length) return [];
  const kept = counts.filter(([, count]) => count * 100 >= rows.length);
  const years = (kept.length ? kept : counts).map(([year]) => year);
  const last = Math.max(...years), first = Math.max(Math.min(...years), last - 24);
  const found = new Map(counts);
  return Array.from({ length: last - first + 1 }, (_, number) => [String(first + number), found.get(first + number) ?? 0]);
}

function drawBars(counts, { name, category = () => null, pick }) {
  if (!counts.length) return null;
  const most = counts[0][1];
  return make("ul", { class: "bars" }, counts.map(([key, count]) => {
    const bar = make("span", { class: "bar", "data-cat": category(key) });
    bar.style.width = `${Math.max(1, 100 * count / most)}%`;
    return make("li", {}, make("button", { type: "button", on: { click: () => pick(key) } },
      make("span", { class: "bar-name" }, name(key)), make("span", { class: "bar-track" }, bar), make("span", { class: "bar-count" }, formatNumber(count))));
  }));
}

function drawColumns(counts) {
  if (!counts.some(([, count]) => count)) return null;
  const width = 420, height = 150, base = 122, top = 18;
  const most = Math.max(...counts.map(([, count]) => count)), step = width / counts.length;
  const every = Math.ceil(counts.length / 10);
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, class: "columns", role: "img", "aria-label": counts.map(([name, count]) => `${name}: ${count}`).join(", ") },
    draw("line", { x1: 0, x2: width, y1: base + 0.5, y2: base + 0.5, class: "axis" }),
    counts.flatMap(([name, count], number) => {
      const tall = (base - top) * count / most, middle = (number + 0.5) * step;
      return [
        draw("rect", { x: number * step + step * 0.14, width: step * 0.72, y: base - tall, height: tall, rx: Math.min(3, step / 6), class: "column" },
          draw("title", {}, `${name}: ${count}`)),
        count > 0 && counts.length <= 14 && draw("text", { x: middle, y: base - tall - 5, class: "tick" }, formatNumber(count)),
        number % every === 0 && draw("text", { x: middle, y: base + 18, class: "tick" }, name),
      ];
    }));
}

// --- indicators over time

/** The indicators with most dated values, each with its points; values of its most frequent unit. */
function findSeries(rows) {
  const byIndicator = new Map();
  for (const row of rows) {
    const day = ROWS.period_end[row] ?? ROWS.period_start[row];
    const plain = ROWS.kind[row] !== "change" && ROWS.kind[row] !== "rank" && !ROWS.target[row] && ROWS.repeats[row] === null;
    const name = ROWS.indicator_id[row] ?? ROWS.indicator[row];
    if (!name || !day || !plain || duplicateOf.has(ROWS.article[row])) continue;
    if (!byIndicator.has(name)) byIndicator.set(name, []);
    byIndicator.get(name).push(row);
  }
  const series = [];
  for (const [name, members] of byIndicator) {
    const converted = (row) => ROWS.base_unit[row] && ROWS.dimension[row] !== "share";
    const unitOf = (row) => converted(row) ? ROWS.base_unit[row] : ROWS.unit[row];
    const unit = countBy(members, unitOf)[0]?.[0] ?? "";
    const points = members.filter((row) => (unitOf(row) || "") === unit).map((row) => ({
      row, value: converted(row) ? ROWS.base_value[row] : ROWS.value[row], day: Date.parse(ROWS.period_end[row] ?? ROWS.period_start[row]),
    })).filter((point) => Number.isFinite(point.day) && point.value !== null);
    if (points.length > 1 && new Set(points.map((point) => point.day)).size > 1) series.push({ name, unit, points, said: countBy(members, (row) => ROWS.indicator[row])[0]?.[0] ?? name });
  }
  return series.sort((a, b) => b.points.length - a.points.length || (a.name < b.name ? -1 : 1)).slice(0, MOST_SERIES);
}

function drawSeries({ name, unit, points, said }) {
  const values = points.map((point) => point.value), days = points.map((point) => point.day);
  const least = Math.min(...values), most = Math.max(...values);
  const isLog = least > 0 && most / least > LOG_FROM;
  const x = scale(Math.min(...days), Math.max(...days), 52, 348);
  const y = isLog ? ((to) => (value) => to(Math.log10(value)))(scale(Math.log10(least), Math.log10(most), 138, 16)) : scale(Math.min(0, least), most, 138, 16);
  const ticks = isLog ? [least, most] : [Math.min(0, least), most];
  return make("figure", { class: "chart series" },
    make("figcaption", {}, make("span", { lang: "zh-Hans" }, said), make("span", { class: "small" },
      ` ${words.chart_series(points.length, unit)}${isLog ? ` · ${words.chart_log}` : ""}`)),
    draw("svg", { viewBox: "0 0 360 168", role: "group", "aria-label": `${said} ${words.chart_series(points.length, unit)}` },
      draw("line", { x1: 46, x2: 354, y1: 144.5, y2: 144.5, class: "axis" }),
      ticks.map((value) => [
        draw("line", { x1: 46, x2: 354, y1: y(value), y2: y(value), class: "rule" }),
        draw("text", { x: 42, y: y(value) + 4, class: "tick end" }, shortNumber(value))]).flat(),
      [Math.min(...days), Math.max(...days)].map((day, number) =>
        draw("text", { x: x(day), y: 161, class: number ? "tick end" : "tick start" }, new Date(day).toISOString().slice(0, 7))),
      points.map((point) => drawPoint(point, x(point.day), y(point.value)))));
}

function drawPoint({ row }, cx, cy) {
  const open = () => { selectRow(row); showView("article"); };
  const said = `${ROWS.quote[row]} · ${[ROWS.subject[row], ROWS.indicator[row], ROWS.period_text[row]].filter(Boolean).join(" · ")}`;
  return draw("circle", {
    cx, cy, r: 5, class: `point${state.row === row ? " chosen" : ""}`, "data-cat": ROWS.category[row], tabindex: 0, role: "button", "aria-label": said,
    on: { click: open, keydown: (event) => { if (event.key === "Enter") open(); } },
  }, draw("title", {}, said));
}

function scale(from, to, low, high) {
  return (value) => to === from ? (low + high) / 2 : low + (high - low) * (value - from) / (to - from);
}

/** A number in the width of an axis: 3.2亿 in Chinese, 320M in English. */
function shortNumber(value) {
  return value.toLocaleString(words === CHINESE ? "zh-CN" : "en", { notation: "compact", maximumSignificantDigits: 3 });
}

function startCharts() {
  for (const event of ["filters", "view"]) on(event, showCharts);
}
