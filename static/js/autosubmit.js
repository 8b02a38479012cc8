/* Filters apply as soon as a choice is made; text waits until typing stops. The Apply button stays for the keyboard. */
const TYPING_PAUSE_MS = 400;

export function start(root) {
  const waiting = new WeakMap();

  root.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-autosubmit]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) {
      form.requestSubmit();
    }
  });

  root.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-autosubmit]");
    // A plain form loads a new page: only htmx forms may answer to every pause in typing.
    if (!form?.hasAttribute("hx-get") || !event.target.matches("input[type=search], input[type=text]")) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => form.requestSubmit(), TYPING_PAUSE_MS));
  });
}
