/* What was unfolded before htmx listened has said so to nobody: it says so again, or its form would never be fetched. */
export function start(root) {
  root.addEventListener("DOMContentLoaded", () => {
    for (const one of root.querySelectorAll("details[open]")) one.dispatchEvent(new Event("toggle"));
  });
}
