/* After a part of the page was replaced the focus must not fall back to the top of the page. */
function focusMarked(root) {
  const target = root.querySelector?.("[data-focus-on-load]");
  if (!target) return false;
  target.focus();
  return true;
}

export function start(root) {
  focusMarked(root);
  let lostId = "";

  root.addEventListener("htmx:beforeSwap", (event) => {
    const inside = event.detail.target.contains(document.activeElement);
    lostId = inside ? document.activeElement.id : "";
  });

  root.addEventListener("htmx:afterSettle", (event) => {
    if (focusMarked(event.detail.elt.parentElement ?? root)) return;
    if (lostId && document.activeElement === document.body) {
      document.getElementById(lostId)?.focus();
    }
    lostId = "";
  });
}
