/* The palette: Control+K or ⌘K, or its button. A dialog with a combobox: what this page can do (its own elements with
   data-command or data-shortcut), and what the server finds: pages, tickets, people, schools. Without this file the button
   is a link to a page that finds the same. */
import { press, visible, wordsOf } from "./pressing.js";

const TYPING_PAUSE_MS = 200;
const MOST_ACTIONS = 8;
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

function optionFor(element, number) {
  const option = document.createElement("div");
  option.id = `palette-do-${number}`;
  option.className = "palette__option";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.append(wordsOf(element));
  if (element.dataset.shortcut) {
    const cap = document.createElement("kbd");
    cap.textContent = element.dataset.shortcut;
    option.append(" ", cap);
  }
  return option;
}

class Palette {
  constructor(dialog) {
    this.dialog = dialog;
    this.input = dialog.querySelector("[role=combobox]");
    this.list = dialog.querySelector("[role=listbox]");
    this.actions = dialog.querySelector("[data-actions]");
    this.found = dialog.querySelector("[data-found]");
    this.nothing = dialog.querySelector("[data-nothing]");
    this.status = dialog.querySelector("[role=status]");
    this.elements = new Map(); // options of this page's actions
    this.timer = 0;
    this.asking = null;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    dialog.addEventListener("close", () => this.asking?.abort());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close(); // its backdrop
    });
  }

  open() {
    this.input.value = "";
    this.found.replaceChildren();
    this.offerActions();
    this.dialog.showModal();
    this.input.focus();
    this.ask();
  }

  typed() {
    this.offerActions();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), TYPING_PAUSE_MS);
  }

  /* What stands in the page now, as it may have changed since the palette was opened last. */
  offerActions() {
    const words = this.input.value.toLowerCase().split(/\s+/);
    const all = [...document.querySelectorAll("#main [data-command], #main [data-shortcut]")].filter(visible);
    const fitting = all.filter((one) => words.every((word) => wordsOf(one).toLowerCase().includes(word)));
    this.elements.clear();
    const options = fitting.slice(0, MOST_ACTIONS).map((element, number) => {
      const option = optionFor(element, number);
      this.elements.set(option, element);
      return option;
    });
    this.actions.querySelectorAll("[role=option]").forEach((one) => one.remove());
    this.actions.append(...options);
    this.actions.hidden = !options.length;
    this.select(this.options()[0]);
    this.draw();
  }

  async ask() {
    this.asking?.abort();
    this.asking = new AbortController();
    const url = new URL(this.dialog.dataset.find, location.href);
    url.searchParams.set("q", this.input.value);
    try {
      const answer = await fetch(url, { signal: this.asking.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      const chosen = this.list.querySelector("[aria-selected=true]")?.id;
      this.found.innerHTML = await answer.text(); // drawn and escaped by our own server
      this.select(this.options().find((one) => one.id === chosen) ?? this.options()[0]);
      this.draw();
      this.status.textContent = this.dialog.dataset.count.replace("{count}", this.options().length);
    } catch {
      // Overtaken by the next letter, or the network is away: what stands there stays.
    }
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  draw() {
    const has = this.options().length > 0;
    this.list.hidden = !has;
    this.nothing.hidden = has;
    this.input.setAttribute("aria-expanded", String(has));
  }

  select(option) {
    for (const one of this.list.querySelectorAll("[aria-selected=true]")) one.setAttribute("aria-selected", "false");
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  key(event) {
    if (event.isComposing) return;
    const options = this.options();
    const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    const to = { ArrowDown: (at + 1) % options.length, ArrowUp: (at - 1 + options.length) % options.length }[event.key];
    if (event.key === "Enter") this.choose(options[at]);
    else if (to !== undefined && options.length) this.select(options[to]);
    else return;
    event.preventDefault();
  }

  choose(option) {
    if (!option) return;
    const element = this.elements.get(option);
    this.dialog.close();
    if (element) press(element);
    else location.assign(option.dataset.url);
  }
}

export function start(root) {
  const dialog = root.querySelector("#palette");
  if (!dialog) return;
  const palette = new Palette(dialog);
  for (const button of root.querySelectorAll("[data-palette]")) {
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-keyshortcuts", "Control+K Meta+K");
    const cap = button.querySelector("kbd");
    if (cap && IS_MAC) cap.textContent = "⌘K";
  }

  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest?.("[data-palette]")) return;
    event.preventDefault();
    palette.open();
  });

  root.addEventListener("keydown", (event) => {
    const isOurs = event.key.toLowerCase() === "k" && event.ctrlKey !== event.metaKey && !event.altKey && !event.shiftKey;
    if (!isOurs || event.repeat) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!root.querySelector("dialog[open]")) palette.open();
  });
}
