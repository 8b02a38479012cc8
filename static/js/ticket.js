/* A ticket's page while it is open: who else is on it, and what comes in. What came in is shown when somebody asks for it: the
   conversation grows at its end, and what stands in a form stays. */
import { Asking } from "./asking.js";
import { say } from "./live.js";
import { Live } from "./stream.js";

const TYPING_MS = 8000; // a sign of it lasts twenty seconds

const root = document.querySelector("[data-ticket-news]");
const arrivals = root.querySelector("[data-part=arrivals]");
let typedAt = 0;
let toldAt = 0;
let told = "";

function body(more = {}) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
  data.append("page", root.dataset.page);
  for (const [name, value] of Object.entries(more)) data.append(name, value);
  return data;
}

function put(place, part) {
  if (place && part && place.innerHTML !== part.innerHTML) place.replaceChildren(...part.childNodes);
}

async function ask() {
  const replies = typedAt > toldAt;
  if (replies) toldAt = Date.now();
  const values = { seen: root.dataset.seen, ...(replies ? { replying: 1 } : {}) };
  const answer = await fetch(root.dataset.ticketNews, { method: "POST", body: body(values) });
  if (answer.redirected || answer.status === 403 || answer.status === 404) return false;
  if (!answer.ok) return true;
  const page = document.createElement("template");
  page.innerHTML = await answer.text(); // drawn and escaped by our own server
  const news = page.content.querySelector("[data-live]");
  live.listen(news.dataset.live);
  const words = news.querySelector("[data-words]")?.textContent.trim() ?? "";
  if (words && news.dataset.newest !== told) say(words);
  told = news.dataset.newest;
  put(document.querySelector("#composer [data-part=present]"), news.querySelector("[data-part=present]"));
  if (!arrivals.contains(document.activeElement)) put(arrivals, news.querySelector("[data-part=arrivals]"));
  return true;
}

const asking = new Asking(ask, { spread: 300, least: 1000, beside: 20000, without: 8000 });
const live = new Live((event) => asking.soon(event.type === "lost" ? 5000 : undefined));
asking.hasStream = () => live.isOpen;

/* What is the same at the beginning stays, unfolded as it is. */
function grow(list, fresh) {
  const lines = [...fresh.children];
  lines.forEach((line, index) => {
    const old = list.children[index];
    if (!old) list.append(line);
    else if (old.textContent !== line.textContent) old.replaceWith(line);
  });
  while (list.children.length > lines.length) list.lastElementChild.remove();
}

function isUsed(part) {
  const fields = [...part.querySelectorAll("textarea, input:not([type=hidden])")];
  const isTyped = fields.some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  return part.contains(document.activeElement) || Boolean(part.querySelector("details[open] form")) || isTyped;
}

async function show(address) {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return location.assign(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-ticket-news]");
  navigator.sendBeacon(root.dataset.ticketNews, body({ gone: 1 })); // the page that was drawn just now takes its place
  root.dataset.page = fresh.dataset.page;
  root.dataset.seen = fresh.dataset.seen;
  grow(document.querySelector("#conversation ol"), page.querySelector("#conversation ol"));
  document.querySelector(".page-header").replaceWith(page.querySelector(".page-header"));
  const about = document.getElementById("about");
  if (!isUsed(about)) {
    about.replaceWith(page.getElementById("about"));
    window.htmx.process(document.getElementById("about"));
  }
  // Whoever asked to see it has seen it: what is sent from the composer is no longer stopped for it.
  for (const seen of document.querySelectorAll("#composer [name=seen], #do-note [name=seen]")) seen.value = fresh.dataset.seen;
  arrivals.replaceChildren();
  const newest = document.querySelector(new URL(address).hash || null) ?? document.querySelector("#conversation li:last-child");
  newest.tabIndex = -1;
  newest.focus();
}

arrivals.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-show]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.href).catch(() => location.assign(link.href));
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("#answer-form [name=text]")) return;
  typedAt = Date.now();
  if (typedAt - toldAt > TYPING_MS) asking.at(0);
});

addEventListener("pagehide", () => navigator.sendBeacon(root.dataset.ticketNews, body({ gone: 1 })));
addEventListener("pageshow", (event) => event.persisted && asking.soon());
live.listen(root.dataset.live);
asking.at(asking.without); // where no stream opens
