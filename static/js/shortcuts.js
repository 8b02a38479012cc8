/* Keys: what a page can do says so itself. An element with data-shortcut="r" (or "g q": one after the other) is pressed by it, or
   focused where it is a field; data-rows="selector" moves between the rows of a list with j and k. "?" lists what this page
   has, from these elements alone. Single keys can collide with speech input (WCAG 2.1.4), hence the switch, kept by the server
   as data-single-keys of the root element. Nothing is a key while somebody types, with Control, Alt or Meta, or behind a dialog. */
import { press, visible, wordsOf } from "./pressing.js";

const SEQUENCE_MS = 1000;
const ROW_KEYS = { j: 1, k: -1 };
let typed = "";
let timer = 0;

const isOn = () => document.documentElement.dataset.singleKeys !== "off";

function isTyping(target) {
  if (target.matches?.("input[type=checkbox]")) return false; // nothing is typed there, and rows are chosen with it
  return target.isContentEditable || target.matches?.("input, textarea, select, [role=combobox], [role=listbox], [role=textbox]");
}

/* What stands in the page itself comes before the menus around it. */
function shortcuts() {
  const found = new Map();
  const inPage = document.querySelectorAll("#main [data-shortcut]");
  for (const element of [...inPage, ...document.querySelectorAll("[data-shortcut]")]) {
    const { shortcut } = element.dataset;
    if (!found.has(shortcut) && visible(element)) found.set(shortcut, element);
  }
  return found;
}

const listed = () => [...document.querySelectorAll("[data-rows]")].find(visible);

function move(list, step) {
  const rows = [...list.querySelectorAll(list.dataset.rows)].filter(visible);
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)]?.focus();
}

function line(list, keys, words) {
  const term = document.createElement("dt");
  for (const key of keys.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap, " ");
  }
  const meaning = document.createElement("dd");
  meaning.textContent = words;
  list.append(term, meaning);
}

function showHelp() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog || document.querySelector("dialog[open]")) return;
  const here = dialog.querySelector("[data-keys=here]");
  const everywhere = dialog.querySelector("[data-keys=everywhere]");
  here.replaceChildren();
  everywhere.replaceChildren();
  const rows = listed();
  if (rows) {
    line(here, "j", rows.dataset.rowsNext);
    line(here, "k", rows.dataset.rowsBefore);
  }
  for (const [keys, element] of shortcuts()) {
    line(element.closest("#main") ? here : everywhere, keys, wordsOf(element));
  }
  for (const list of [here, everywhere]) list.closest("section").hidden = !list.children.length;
  dialog.querySelector("[name=single_keys]").checked = isOn();
  dialog.showModal();
}

/* Sequences have no spelling in ARIA, so only single keys are told to assistive software, and only while they work. */
function tell(root) {
  for (const element of root.querySelectorAll("[data-shortcut]")) {
    if (isOn() && !element.dataset.shortcut.includes(" ")) element.setAttribute("aria-keyshortcuts", element.dataset.shortcut);
    else element.removeAttribute("aria-keyshortcuts");
  }
}

async function keep(box) {
  document.documentElement.dataset.singleKeys = box.checked ? "on" : "off";
  tell(document);
  const body = new FormData(box.form);
  body.set("single_keys", box.checked ? "on" : "off");
  await fetch(box.form.action, { method: "POST", body, redirect: "manual", keepalive: true });
}

function act(event) {
  if (event.key.length !== 1) return;
  clearTimeout(timer);
  timer = setTimeout(() => (typed = ""), SEQUENCE_MS);
  typed = typed ? `${typed} ${event.key}` : event.key;
  const known = shortcuts();
  const match = known.get(typed) ?? known.get(event.key);
  const rows = !match && typed === event.key && event.key in ROW_KEYS && listed();
  if (!match && !rows) return;
  event.preventDefault();
  typed = "";
  if (match) press(match);
  else move(rows, ROW_KEYS[event.key]);
}

export function start(root) {
  tell(root);
  root.addEventListener("htmx:load", (event) => tell(event.detail.elt.parentElement ?? root));

  root.addEventListener("change", (event) => {
    if (event.target.matches("#shortcuts [name=single_keys]")) keep(event.target);
  });

  root.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-show-shortcuts]")) showHelp();
  });

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement?.matches(".when")) document.activeElement.blur();
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (!isOn() || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      showHelp();
    } else act(event);
  });
}
