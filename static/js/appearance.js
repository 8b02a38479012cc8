/* Theme and density change at once; the server keeps the choice in a cookie, so the next page is drawn with it. */
export function start(root) {
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("[data-appearance]") || !button) return;
    event.preventDefault();
    document.documentElement.dataset[button.name] = button.value;
    for (const other of root.querySelectorAll(`[data-appearance] button[name="${button.name}"]`)) {
      other.setAttribute("aria-pressed", String(other.value === button.value));
    }
    const body = new FormData(form);
    body.set(button.name, button.value);
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
}
