/* The technician's chats: the list beside the page, and the conversation that is open. */
import { say } from "../live.js";
import { Conversation } from "./conversation.js";
import { Live } from "../stream.js";

const BEAT_MS = 25000; // presence ends after ninety seconds without one
const WITHOUT_STREAM_MS = 5000;

const list = document.querySelector("[data-chat-desk]");
const root = document.querySelector("[data-chat]");
const title = document.title;
let conversation = null;
let count = null;
let timer = 0;
let soon = 0;

async function beat() {
  clearTimeout(timer);
  try {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ chat: list.dataset.current, csrfmiddlewaretoken: token });
    const answer = await fetch(list.dataset.chatDesk, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.ok) draw(await answer.json());
  } catch {
    // The network is away: the next beat comes by itself.
  }
  timer = setTimeout(beat, live.isOpen ? BEAT_MS : WITHOUT_STREAM_MS);
}

function draw(news) {
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.innerHTML = news.html; // drawn and escaped by our own server
  if (focused) document.getElementById(focused)?.focus();
  document.title = news.count ? `(${news.count}) ${title}` : title;
  if (count !== null && news.count > count) say(list.dataset.waits);
  count = news.count;
  live.listen(news.live);
}

const live = new Live((event) => {
  if (event.type === "sync" || event.type === "chat" || event.type === "desk") {
    clearTimeout(soon);
    soon = setTimeout(beat, 200); // a flurry of events is one look at the list
  }
  if (event.type === "sync" || String(event.chat) === list.dataset.current) conversation?.heard(event);
});

if (root && root.dataset.state !== "ended") conversation = new Conversation(root, live);
document.addEventListener("chat-ended", () => location.reload());
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-canned]");
  const box = document.getElementById("chat-text");
  if (!button || !box) return;
  box.value = [box.value.trim(), button.dataset.canned].filter(Boolean).join("\n");
  box.focus();
});
if (root) root.scrollIntoView({ block: "nearest" });
beat();
