/* Live news. An event says only that something is new; whoever listens asks for the words.
   A hidden page holds no stream (browsers open about six to a host): it asks when it is looked at again. */
const KINDS = ["chat", "desk", "typing", "read", "tickets", "presence", "sync"];

export class Live {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.source = null;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.close();
      else this.onEvent({ type: "sync" });
    });
  }

  get isOpen() {
    return this.source?.readyState === EventSource.OPEN;
  }

  /* Listen at this address unless a stream is open or opening. Keys last a minute: each answer of the server has a fresh one. */
  listen(address) {
    if (document.hidden || (this.source && this.source.readyState !== EventSource.CLOSED)) return;
    this.source = new EventSource(address);
    for (const kind of KINDS) {
      this.source.addEventListener(kind, (event) => this.onEvent({ ...JSON.parse(event.data), type: kind }));
    }
    // The browser would try again with the old key; the page asks for news, and with them for a new one.
    this.source.onerror = () => {
      this.close();
      this.onEvent({ type: "lost" });
    };
  }

  close() {
    this.source?.close();
    this.source = null;
  }
}
