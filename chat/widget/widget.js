/* The chat button for a provider's own site: <script src="https://…/<provider>/chat/widget.js" async></script>.
   It stands in a shadow tree, so that the site's styles and ours do not meet, and opens one frame of ours. It reads
   nothing of the page, sets no cookie and loads nothing but the frame. */
(() => {
  const script = document.currentScript;
  if (!script || window.conceroDeskChat) return;
  window.conceroDeskChat = true;
  const base = new URL("./", script.src);
  const words = { open: "Chat with us", away: "Leave us a message", close: "Close the chat" }; // until the provider's come

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  // A constructed style sheet passes a site's policy against inline styles.
  const style = new CSSStyleSheet();
  style.replaceSync(`
    :host { all: initial; }
    button {
      position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483646; box-sizing: border-box;
      min-height: 3rem; padding: .6rem 1.1rem; border: 2px solid #fff; border-radius: 1.5rem;
      background: #1f2937; color: #fff; font: 600 1rem/1.3 system-ui, sans-serif; cursor: pointer;
      box-shadow: 0 2px 12px rgb(0 0 0 / .35);
    }
    button:focus-visible { outline: 3px solid #1d4ed8; outline-offset: 3px; }
    button::before { content: ""; display: inline-block; width: .65em; height: .65em; margin-inline-end: .5em;
      border: 2px solid currentColor; border-radius: 50%; }
    button[data-open]::before { background: #4ade80; border-color: #4ade80; }
    button[aria-expanded=true]::before { display: none; }
    iframe {
      position: fixed; inset: auto 1rem 5rem auto; z-index: 2147483646; box-sizing: border-box;
      width: min(24rem, calc(100vw - 2rem)); height: min(38rem, calc(100vh - 6.5rem));
      border: 1px solid #6b7280; border-radius: .75rem; background: Canvas; box-shadow: 0 4px 24px rgb(0 0 0 / .35);
    }
    iframe[hidden] { display: none; }
    @media (max-width: 30rem) { iframe { inset: auto .5rem 5rem auto; width: calc(100vw - 1rem); height: calc(100vh - 6rem); } }
  `);
  shadow.adoptedStyleSheets = [style];

  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  let frame = null;
  let isOpen = false;

  const say = () => (button.textContent = isOpen ? words.close : button.hasAttribute("data-open") ? words.open : words.away);

  function toggle(open) {
    isOpen = open;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = words.open;
      frame.referrerPolicy = "origin"; // the frame learns on which site it stands, not on which page
      frame.src = new URL("frame/", base).href;
      frame.addEventListener("load", () => isOpen && frame.focus());
      shadow.insertBefore(frame, button);
    }
    if (frame) frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    say();
    if (open) frame.focus();
    else button.focus();
  }

  button.addEventListener("click", () => toggle(!isOpen));
  shadow.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && toggle(false));
  window.addEventListener("message", (event) => {
    if (event.origin === base.origin && event.source === frame?.contentWindow && event.data === "chat:close") toggle(false);
  });

  const stand = () => document.body.append(host);
  if (document.body) stand();
  else addEventListener("DOMContentLoaded", stand);
  fetch(new URL("status/", base), { credentials: "omit" })
    .then((answer) => answer.json())
    .then((status) => {
      button.toggleAttribute("data-open", status.open);
      Object.assign(words, status.words);
    })
    .catch(() => {}) // the button leaves a message then
    .finally(() => {
      say();
      shadow.append(button);
    });
})();
