/* <form data-draft="/address/" data-draft-kind="reply" data-draft-kept="Kept as a draft"> keeps its text on the server while
   somebody types. Another form of the page takes the unsent words along, so that its answer loses nothing.
   Without this file the button 'Keep as draft' does it. */
const TYPING_PAUSE_MS = 1000;

export function start(root) {
  const dirty = new Set(); // forms with words that the server does not have yet
  const timers = new WeakMap();
  const underway = new WeakMap();
  let leaving = null; // the form that is being sent: htmx asks forms for their data too, and those stay

  function words(form) {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "text"]) data.append(name, form.elements[name].value);
    if (form.elements.by_phone?.checked) data.append("by_phone", "on");
    data.append("by_script", "1");
    return data;
  }

  async function keep(form) {
    dirty.delete(form);
    underway.get(form)?.abort();
    const control = new AbortController();
    underway.set(form, control);
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: words(form),
        signal: control.signal,
        keepalive: form.elements.text.value.length < 10_000, // goes on when the page is left; browsers cap its size
      });
      if (!answer.ok) throw new Error(answer.status);
      const state = form.querySelector("[data-draft-state]");
      if (state) state.textContent = form.dataset.draftKept;
    } catch {
      if (!control.signal.aborted) dirty.add(form); // tried again at the next key, and when the page is left
    }
  }

  function stop(form) {
    clearTimeout(timers.get(form));
    underway.get(form)?.abort(); // what is sent now must not come back as a draft
    dirty.delete(form);
  }

  root.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.draft || !["text", "by_phone"].includes(event.target.name)) return;
    dirty.add(form);
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => keep(form), TYPING_PAUSE_MS));
  });

  root.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = event.target;
    setTimeout(() => (leaving = null));
    if (event.target.dataset.draft) stop(event.target);
  });

  root.addEventListener("formdata", (event) => {
    if (event.target !== leaving || event.target.method !== "post") return;
    for (const form of [...dirty]) {
      if (form === event.target) continue;
      event.formData.append(`draft_${form.dataset.draftKind}`, form.elements.text.value);
      if (form.elements.by_phone?.checked) event.formData.append(`draft_${form.dataset.draftKind}_by_phone`, "on");
      stop(form);
    }
  });

  addEventListener("pagehide", () => {
    for (const form of dirty) navigator.sendBeacon(form.dataset.draft, words(form));
    dirty.clear();
  });
}
