// A list of any length, of which only what can be seen is on the page.

const MARGIN_ITEMS = 6;

class LongList {
  /**
   * `root` scrolls; every item is `height` pixels high; `render(item, index)` gives its element.
   * `pick(item)` is called when one is chosen by click or key.
   */
  constructor(root, { height, role, itemRole, render, pick, label }) {
    Object.assign(this, { root, height, itemRole, render, pick, items: [], current: -1, drawn: null });
    this.sheet = make("div", { class: "sheet", role: "presentation" });
    fill(root, { role, tabindex: 0 }, [this.sheet]);
    this.label = label;
    root.addEventListener("scroll", () => this.draw(), { passive: true });
    root.addEventListener("keydown", (event) => this.move(event));
    root.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.draw()).observe(root);
  }

  show(items, current = -1) {
    this.items = items;
    this.current = current;
    this.sheet.style.height = `${items.length * this.height}px`;
    this.root.setAttribute("aria-label", words[this.label]);
    if (this.root.getAttribute("role") === "grid") this.root.setAttribute("aria-rowcount", String(items.length + 1));
    this.draw(true);
  }

  /** Make an item the current one and bring it into view. */
  go(index) {
    this.current = index;
    if (index >= 0) {
      const top = index * this.height, seen = uncovered(this.root.clientHeight) - this.sheet.offsetTop;
      if (top < this.root.scrollTop) this.root.scrollTop = Math.max(0, top - this.height);
      else if (top + this.height > this.root.scrollTop + seen) this.root.scrollTop = top + 2 * this.height - seen;
    }
    this.draw(true);
  }

  draw(anew = false) {
    const first = Math.max(0, Math.floor(this.root.scrollTop / this.height) - MARGIN_ITEMS);
    const shown = Math.ceil(this.root.clientHeight / this.height) + 2 * MARGIN_ITEMS;
    const last = Math.min(this.items.length, first + shown);
    if (!anew && this.drawn === `${first}-${last}`) return;
    this.drawn = `${first}-${last}`;
    const elements = [];
    for (let index = first; index < last; index++) elements.push(this.element(index));
    this.sheet.replaceChildren(...elements);
    const active = this.current >= first && this.current < last;
    if (active) this.root.setAttribute("aria-activedescendant", `${this.root.id}-${this.current}`);
    else this.root.removeAttribute("aria-activedescendant");
  }

  element(index) {
    const element = this.render(this.items[index], index);
    element.id = `${this.root.id}-${index}`;
    element.dataset.index = index;
    element.setAttribute("role", this.itemRole);
    element.setAttribute("aria-selected", String(index === this.current));
    if (this.itemRole === "row") element.setAttribute("aria-rowindex", String(index + 2));
    else {
      element.setAttribute("aria-setsize", String(this.items.length));
      element.setAttribute("aria-posinset", String(index + 1));
    }
    element.classList.add("item");
    element.style.transform = `translateY(${index * this.height}px)`;
    element.style.height = `${this.height}px`;
    return element;
  }

  click(event) {
    const element = event.target.closest(".item");
    if (element) this.choose(Number(element.dataset.index));
  }

  move(event) {
    const page = Math.max(1, Math.floor(this.root.clientHeight / this.height) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey || !this.items.length) return;
    event.preventDefault();
    const to = Math.min(this.items.length - 1, Math.max(0, this.current + steps[event.key]));
    this.choose(to);
  }

  choose(index) {
    this.go(index);
    this.pick(this.items[index]);
  }
}
