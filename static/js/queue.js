/* The queue stays true while it is open. What has changed is swapped in by itself only where nobody notices: nothing is ticked,
   neither pointer nor focus is in the list, and its beginning is in view. Else a bar says how much has changed, and its
   button shows it. Rows that are as they were stay the same elements, with their tick and focus. */
import { Asking } from "./asking.js";
import { say } from "./live.js";
import { Live } from "./stream.js";

const SHOWN_MS = 6000; // how long a row that has just changed is marked
const SETTLED_MS = 600; // after pointer or focus has left

const bar = document.querySelector("[data-queue-live]");
const box = bar.querySelector(".arrivals__box");
const told = bar.querySelector("[data-words]");
let waiting = null; // the list as the server has it, not drawn yet

const list = () => document.getElementById("queue-list");
const views = () => document.getElementById("queue-views");
const rowsOf = (part) => new Map(Array.from(part.querySelectorAll("tr[data-ticket]"), (row) => [row.dataset.ticket, row]));
const hasSigns = () => Boolean(list().querySelector("[data-presence-sign] > *"));
const inUse = (part) => part.matches(":hover") || part.contains(document.activeElement);

function isSafe() {
  const part = list();
  const chosen = getSelection();
  const reads = !chosen.isCollapsed && part.contains(chosen.anchorNode);
  return !inUse(part) && !inUse(box) && !part.querySelector("input:checked") && !reads && part.getBoundingClientRect().top >= 0;
}

function changedIn(fresh) {
  const [before, after] = [rowsOf(list()), rowsOf(fresh)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key)?.dataset.state !== after.get(key)?.dataset.state);
}

function mergeRows(body, fresh) {
  const known = rowsOf(body);
  const wanted = [...fresh.children].map((row) => {
    const old = known.get(row.dataset.ticket);
    known.delete(row.dataset.ticket);
    if (!old) return row;
    if (old.isEqualNode(row)) return old;
    row.querySelector("input[name=ticket]").checked = old.querySelector("input[name=ticket]").checked;
    old.replaceWith(row);
    return row;
  });
  for (const gone of known.values()) gone.remove();
  wanted.forEach((row, index) => {
    if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
  });
}

function draw(fresh) {
  const changed = new Set(changedIn(fresh));
  const focused = document.activeElement.closest("tr[data-ticket]")?.dataset.ticket;
  const part = document.activeElement.matches("input") ? "input[name=ticket]" : "a";
  const [body, freshBody] = [list().querySelector("tbody"), fresh.querySelector("tbody")];
  if (body && freshBody) {
    mergeRows(body, freshBody);
    const [pages, freshPages] = [list().querySelector("nav"), fresh.querySelector("nav")];
    if (pages && freshPages) pages.replaceWith(freshPages);
    else if (freshPages) list().append(freshPages);
    else pages?.remove();
  } else list().replaceWith(fresh);
  waiting = null;
  box.hidden = true;
  for (const [key, row] of rowsOf(list())) {
    if (!changed.has(key)) continue;
    row.classList.add("row--fresh");
    setTimeout(() => row.classList.remove("row--fresh"), SHOWN_MS);
  }
  list().dispatchEvent(new CustomEvent("desk:rows", { bubbles: true }));
  const row = focused && rowsOf(list()).get(focused);
  if (row && !row.contains(document.activeElement)) row.querySelector(part).focus();
}

function show(fresh) {
  const number = changedIn(fresh).length;
  waiting = fresh;
  if (isSafe()) return draw(fresh);
  const words = number === 1 ? bar.dataset.one : bar.dataset.many.replace("{}", number);
  if (box.hidden && number) say(words);
  told.textContent = words;
  if (!box.contains(document.activeElement)) box.hidden = !number;
}

async function ask() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
  if (answer.redirected || answer.status === 403 || answer.status === 404) return false;
  if (!answer.ok) return true;
  const page = document.createElement("template");
  page.innerHTML = await answer.text(); // drawn and escaped by our own server
  const part = (id) => page.content.querySelector(`#${id}`);
  if (!inUse(views())) views().replaceWith(part("queue-views"));
  show(part("queue-list"));
  live.listen(page.content.querySelector("[data-live]").dataset.live);
  return true;
}

async function askPresence() {
  const answer = await fetch(bar.dataset.presence, { headers: { Accept: "application/json" } });
  if (answer.redirected || !answer.ok) return false;
  const { signs } = await answer.json();
  for (const [key, row] of rowsOf(list())) {
    const sign = document.createElement("template");
    sign.innerHTML = signs[key] ?? ""; // as above
    const place = row.querySelector("[data-presence-sign]");
    if (place.innerHTML !== sign.innerHTML) place.replaceChildren(sign.content);
  }
  return hasSigns() || !live.isOpen; // who comes is heard of; who goes without a word is not
}

const news = new Asking(ask, { spread: 1500, least: 5000, beside: 60000, without: 10000 });
const presence = new Asking(askPresence, { spread: 800, least: 3000, beside: 20000, without: 10000 });
const live = new Live((event) => {
  if (event.type === "tickets") news.soon();
  if (event.type === "sync") {
    news.soon(300);
    presence.soon();
  }
  if (event.type === "lost") news.soon(5000); // a restart of the server is lost by all pages at once
  if (event.type === "presence" && (!event.ticket || rowsOf(list()).has(String(event.ticket)))) presence.soon();
});
news.hasStream = presence.hasStream = () => live.isOpen;

let settling = 0;
for (const kind of ["pointerout", "focusout", "change", "scroll"]) {
  document.addEventListener(kind, () => {
    clearTimeout(settling);
    if (waiting) settling = setTimeout(() => waiting && isSafe() && draw(waiting), SETTLED_MS);
  }, { passive: true });
}
box.querySelector("button").addEventListener("click", () => {
  if (waiting) draw(waiting);
  list().querySelector("[data-rows]")?.focus();
});
live.listen(bar.dataset.queueLive);
news.at(news.without); // where no stream opens
if (hasSigns()) presence.at(presence.beside);
