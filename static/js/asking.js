/* When a page asks for its news: soon after it has heard of something, never all pages at the same moment, and the less often
   the longer the server takes. A page that nobody looks at asks nothing. */
const PAUSES = 5; // so many times as long as the answer took

export class Asking {
  /* `ask` is false where there is nothing to ask for until something is heard. In milliseconds: `spread` over which
     pages ask that heard the same, `least` between two questions, `beside` a stream and `without` one. */
  constructor(ask, { spread, least, beside, without }) {
    Object.assign(this, { ask, spread, least, beside, without });
    this.timer = 0;
    this.due = Infinity;
    this.notBefore = 0;
    this.isAsking = false;
    this.hasStream = () => false;
  }

  soon(within = this.spread) {
    this.at(Math.max(Math.random() * within, this.notBefore - Date.now()));
  }

  at(wait) {
    const due = Date.now() + wait;
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => this.now(), wait);
  }

  async now() {
    clearTimeout(this.timer);
    this.due = Infinity;
    if (document.hidden) return;
    if (this.isAsking) {
      this.at(this.least);
      return;
    }
    this.isAsking = true;
    const began = performance.now();
    let goesOn = true;
    try {
      goesOn = await this.ask();
    } catch {
      // The network is away: the next question comes by itself.
    }
    this.isAsking = false;
    const pause = Math.min(PAUSES * (performance.now() - began), this.without);
    this.notBefore = Date.now() + Math.max(this.least, pause);
    if (goesOn) this.at(this.hasStream() ? this.beside : this.without);
  }
}
