/* Keyboard help: every [data-shortcut="g q"] element is pressed by its keys; "?" lists them; a switch turns them off.
   Single keys can collide with speech input (WCAG 2.1.4), hence the switch, kept in this browser. */
const STORE = "shortcuts";
const SEQUENCE_MS = 1000;
let typed = "";
let timer = 0;

const isOn = () => localStorage.getItem(STORE) !== "off";

function typing(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function registry() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    if (visible(element) && !found.has(element.dataset.shortcut)) found.set(element.dataset.shortcut, element);
  }
  return found;
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

function label(element) {
  return (element.getAttribute("aria-label") || element.title || element.textContent || "").trim();
}

function showHelp() {
  const dialog = document.getElementById("shortcuts");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("dl");
  list.replaceChildren();
  for (const [keys, element] of registry()) {
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = label(element);
    list.append(term, meaning);
  }
  dialog.querySelector("[name=shortcuts]").checked = isOn();
  dialog.showModal();
}

export function start(root) {
  root.addEventListener("change", (event) => {
    if (event.target.matches("#shortcuts [name=shortcuts]")) {
      localStorage.setItem(STORE, event.target.checked ? "on" : "off");
    }
  });

  root.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-show-shortcuts]")) showHelp();
  });

  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.activeElement?.matches(".when")) document.activeElement.blur();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (!isOn() || document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      event.preventDefault();
      showHelp();
      return;
    }
    if (event.key.length !== 1) return;
    clearTimeout(timer);
    timer = setTimeout(() => (typed = ""), SEQUENCE_MS);
    typed = typed ? `${typed} ${event.key}` : event.key;
    const known = registry();
    const match = known.get(typed) ?? known.get(event.key);
    if (!match) return;
    event.preventDefault();
    typed = "";
    press(match);
  });
}
