/* One conversation: lines come once and in order, a message is sent until it is there, whatever the network does. */
const ASK_MS = 4000; // without a stream
const ASK_BESIDE_MS = 20000; // beside one: it also tells that the page is still here
const TYPING_MS = 3000;
const SHOWN_MS = 5000;

/* crypto.randomUUID is for secure pages only; a school may open the portal of a try-out by plain http. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Conversation {
  constructor(root, live, headers = {}) {
    this.root = root;
    this.live = live;
    this.headers = { Accept: "application/json", ...headers };
    this.side = root.dataset.side;
    this.lines = root.querySelector("[data-chat-lines]");
    this.scroll = root.querySelector("[data-chat-scroll]");
    this.form = root.querySelector("[data-chat-form]");
    this.error = root.querySelector("[data-chat-error]");
    this.last = Math.max(0, ...Array.from(this.lines.querySelectorAll("[data-seq]"), (line) => Number(line.dataset.seq)));
    this.pending = null; // the message that is being sent, with its key
    this.asking = false;
    this.askAgain = false;
    this.typedAt = 0;
    this.lines.addEventListener("click", (event) => this.fetchFile(event));
    this.form?.addEventListener("submit", (event) => this.submit(event));
    const box = this.form?.elements.text;
    box?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    box?.addEventListener("input", () => {
      this.draft(box.value);
      this.typing();
    });
    if (box && !box.value) box.value = this.draft() ?? "";
    this.toEnd();
    this.ask();
  }

  post(address, values, files = []) {
    const body = files.length ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    for (const file of files) body.append("attachments", file);
    const token = this.form?.elements.csrfmiddlewaretoken?.value ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (token) body.set("csrfmiddlewaretoken", token);
    return fetch(address, { method: "POST", body, headers: this.headers });
  }

  /* What is not sent yet outlives the page: a technician goes from chat to chat. */
  draft(words) {
    const name = `chat-draft ${this.root.dataset.say}`;
    try {
      if (words === undefined) return sessionStorage.getItem(name);
      if (words) sessionStorage.setItem(name, words);
      else sessionStorage.removeItem(name);
    } catch {
      // A browser may keep nothing for a frame of another site.
    }
    return null;
  }

  /* What is new. Several wishes at once are one more question, so that no answer overtakes another. */
  async ask() {
    if (this.asking) {
      this.askAgain = true;
      return;
    }
    this.asking = true;
    clearTimeout(this.timer);
    try {
      const answer = await fetch(`${this.root.dataset.news}?after=${this.last}`, { headers: this.headers });
      if (answer.ok) this.take(await answer.json());
    } catch {
      // The network is away: the next question comes by itself.
    }
    this.asking = false;
    if (this.askAgain) {
      this.askAgain = false;
      this.ask();
    } else if (this.root.dataset.state !== "ended") {
      this.timer = setTimeout(() => this.ask(), this.live.isOpen ? ASK_BESIDE_MS : ASK_MS);
    }
  }

  take(news) {
    const fresh = document.createElement("template");
    fresh.innerHTML = news.html; // drawn and escaped by our own server
    let theirs = false;
    for (const line of fresh.content.querySelectorAll("[data-seq]")) {
      const seq = Number(line.dataset.seq);
      if (seq <= this.last) continue;
      this.last = seq;
      this.lines.append(line);
      theirs ||= Boolean(line.dataset.from) && line.dataset.from !== this.side;
      this.toEnd();
    }
    if (theirs) {
      this.show("typing", false);
      this.show("read", false);
    }
    if (theirs || (this.side === "visitor" && news.got < this.last)) this.read();
    if (news.state !== this.root.dataset.state || news.with !== this.with) this.changed(news);
    if (news.state === "ended") this.live.close();
    else this.live.listen(news.live);
  }

  changed(news) {
    this.with = news.with;
    this.root.dataset.state = news.state;
    const state = this.root.querySelector("[data-chat-state]");
    if (this.side === "visitor" && state) {
      state.textContent = (state.dataset[news.state] ?? "").replace("%s", news.with);
    }
    if (news.state !== "ended") return;
    this.form?.remove();
    for (const part of document.querySelectorAll("[data-chat-open]")) part.hidden = true;
    for (const part of document.querySelectorAll("[data-chat-ended]")) part.hidden = false;
    this.root.dispatchEvent(new CustomEvent("chat-ended", { bubbles: true }));
  }

  heard(event) {
    if (event.type === "sync" || (event.type === "chat" && event.seq > this.last)) this.ask();
    if (event.by === undefined || event.by === this.side) return;
    if (event.type === "typing") {
      this.show("typing", true);
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(() => this.show("typing", false), SHOWN_MS);
    }
    if (event.type === "read") this.show("read", event.seq >= this.lastOwn());
  }

  lastOwn() {
    const own = this.lines.querySelectorAll(`[data-from="${this.side}"]`);
    return own.length ? Number(own[own.length - 1].dataset.seq) : Infinity;
  }

  show(name, on) {
    const part = this.root.querySelector(`[data-chat-${name}]`);
    if (part) part.hidden = !on;
  }

  async submit(event) {
    event.preventDefault();
    const box = this.form.elements.text;
    const text = box.value.trim();
    const files = [...(this.form.elements.attachments?.files ?? [])];
    if ((!text && !files.length) || this.sending) return;
    // The same words and files again are the same message: it keeps its key until the server has it.
    const what = JSON.stringify([text, files.map((file) => [file.name, file.size, file.lastModified])]);
    if (this.pending?.what !== what) this.pending = { what, key: newKey() };
    this.sending = true;
    this.complain("");
    try {
      const values = { text, key: this.pending.key, after: this.last };
      const answer = await this.post(this.root.dataset.say, values, files);
      const news = await answer.json();
      if (answer.ok) {
        const more = box.value.trim() === text ? "" : box.value;
        if (files.length) this.form.reset(); // the list of files too
        box.value = more;
        this.draft(box.value);
        this.pending = null;
        this.show("read", false);
        this.take(news);
      } else {
        this.complain(news.error);
        this.ask();
      }
    } catch {
      this.complain(this.form.dataset.notSent);
    }
    this.sending = false;
    box.focus();
  }

  /* A frame has no cookie: it asks for a file with its key, and hands it to the browser as a download. */
  async fetchFile(event) {
    const link = event.target.closest?.("[data-chat-file]");
    if (!link || Object.keys(this.headers).length < 2) return;
    event.preventDefault();
    const answer = await fetch(link.href, { headers: this.headers, credentials: "omit" }).catch(() => null);
    if (!answer?.ok) return;
    const address = URL.createObjectURL(await answer.blob());
    Object.assign(document.createElement("a"), { href: address, download: link.download }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  complain(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
  }

  typing() {
    const now = Date.now();
    if (now - this.typedAt < TYPING_MS) return;
    this.typedAt = now;
    this.post(this.root.dataset.sign, { kind: "typing" }).catch(() => {});
  }

  read() {
    if (!document.hidden) this.post(this.root.dataset.sign, { kind: "read", seq: this.last }).catch(() => {});
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
