/* What was unfolded before htmx listened has said so to nobody: it says so again, or its form would never be fetched.
   <details open data-folded-on-phone> gives a small screen to what follows it; without this file it stays open. */
const PHONE = "(max-width: 40rem)";

export function start(root) {
  if (matchMedia(PHONE).matches) {
    for (const one of root.querySelectorAll("[data-folded-on-phone]")) one.open = false;
  }
  root.addEventListener("DOMContentLoaded", () => {
    for (const one of root.querySelectorAll("details[open]")) one.dispatchEvent(new Event("toggle"));
  });
}
