/* The widget's frame: who are you, the code, the question, the chat. The key is kept for this tab alone. */
import { Conversation, newKey } from "./conversation.js";
import { Live } from "../stream.js";

const HEADER = "X-Chat-Key";
const STORE = "chat-key";
const body = document.body;
const error = document.querySelector("[data-frame-error]");
const steps = new Map(Array.from(document.querySelectorAll("[data-step]"), (part) => [part.dataset.step, part]));
const at = (path) => new URL(body.dataset.base + path, location.href).href;

// Browsers may keep no storage for a frame of another site: then the key lasts as long as the page.
let key = "";
try {
  key = sessionStorage.getItem(STORE) ?? "";
} catch {
  key = "";
}
let conversation = null;
let live = null;
let once = newKey();

function keep(value) {
  key = value;
  try {
    sessionStorage.setItem(STORE, value);
  } catch {
    // As above.
  }
}

function show(name) {
  for (const [step, part] of steps) part.hidden = step !== name;
  complain("");
  steps.get(name)?.querySelector("input, textarea")?.focus();
}

function complain(words) {
  error.textContent = words;
  error.hidden = !words;
}

async function ask(path, values) {
  const headers = { [HEADER]: key };
  const options = values ? { method: "POST", body: new URLSearchParams(values), headers } : { headers };
  try {
    const answer = await fetch(at(path), { ...options, credentials: "omit" });
    const found = await answer.json();
    if (answer.ok) return found;
    complain(found.error);
    if (answer.status === 403) keep("");
  } catch {
    complain(body.dataset.lost);
  }
  return null;
}

function welcome(found) {
  document.querySelector("[data-welcome]").innerHTML = found.opening; // drawn and escaped by our own server
  if (found.chat) talk();
  else show("ask");
}

function talk() {
  live?.close();
  const place = document.querySelector("[data-conversation]");
  place.replaceChildren(document.getElementById("conversation").content.cloneNode(true));
  const root = place.querySelector("[data-chat]");
  for (const name of ["news", "say", "sign"]) root.dataset[name] = at(`${name}/`);
  show("chat");
  for (const part of document.querySelectorAll("[data-chat-ended]")) part.hidden = true;
  document.querySelector("[data-chat-open]").hidden = false;
  live = new Live((event) => conversation?.heard(event));
  conversation = new Conversation(root, live, { [HEADER]: key });
  root.querySelector("textarea").focus();
}

function onSubmit(step, send) {
  steps.get(step).querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("[type=submit], button");
    button.disabled = true; // the keyboard's second Enter is the same wish
    await send(Object.fromEntries(new FormData(event.target)));
    button.disabled = false;
  });
}

onSubmit("who", async (values) => {
  const found = await ask("proof/", values);
  if (!found) return;
  keep(found.key);
  show("code");
});
onSubmit("code", async (values) => {
  const found = await ask("code/", values);
  if (found) welcome(found);
});
onSubmit("ask", async (values) => {
  const found = await ask("start/", { ...values, key: once });
  if (!found) return;
  once = newKey();
  steps.get("ask").querySelector("form").reset();
  if (found.request) {
    show("kept");
    document.querySelector("[data-kept]").textContent = found.request;
  } else {
    welcome(found);
  }
});
document.querySelector("[data-back]").addEventListener("click", () => show("who"));
document.querySelector("[data-again]").addEventListener("click", async () => {
  for (const part of document.querySelectorAll("[data-chat-ended]")) part.hidden = true;
  const found = await ask("here/");
  if (found) welcome(found);
  else show("who");
});
for (const button of document.querySelectorAll("[data-end]")) {
  button.addEventListener("click", async () => {
    await ask("end/", { carry_on: button.dataset.end });
    conversation?.ask();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && body.dataset.parent) window.parent.postMessage("chat:close", body.dataset.parent);
});

// Only now, so that no form is sent before this script can take it.
const known = key ? await ask("here/") : null;
if (known) welcome(known);
else show("who");
