// Building the page: elements, words of the chosen language, messages.  Nothing here ever makes markup of a string.

const LANGUAGES = { zh: CHINESE, en: ENGLISH };
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

let words = CHINESE;

/** An element with attributes, listeners (`on`) and children; strings become text. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that says one of the words, with its key where it has one. */
function button(key, listener, attributes = {}, letter = null) {
  return make("button", { type: "button", "aria-keyshortcuts": letter, ...attributes, on: { click: listener } },
    words[key], letter && make("kbd", {}, letter));
}

function setLanguage(code) {
  words = LANGUAGES[code];
  document.documentElement.lang = code === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = words[element.dataset.say];
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", words[element.dataset.sayLabel]);
  }
  for (const element of document.querySelectorAll("[data-say-placeholder]")) {
    element.placeholder = words[element.dataset.sayPlaceholder];
  }
  document.title = `news-metrics · ${words.report}`;
}

/** The word for a value of a closed set; the value itself where there is none. */
function nameOf(set, value) {
  return value === null ? words.none : Object.hasOwn(words[set], value) ? words[set][value] : value;
}

function formatNumber(value) {
  return value === null ? "" : value.toLocaleString("en", { maximumFractionDigits: 6, useGrouping: Math.abs(value) >= 10000 });
}

function formatShare(value) {
  return value.toFixed(2);
}

/** How much of a pane's height is seen: on a narrow screen the selected row covers the rest. */
function uncovered(height) {
  return innerWidth <= 760 && state.row !== null ? height * 0.48 : height;
}

let toastTimer = 0;

/** Show a message for a while; screen readers say it, too. */
function tell(text) {
  byId("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId("toast").textContent = ""; }, 5000);
}

/** What the browser keeps for the next visit; nothing where it refuses. */
const keep = {
  get(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  },
  set(name, value) {
    try { localStorage.setItem(name, value); return true; } catch { return false; }
  },
};
