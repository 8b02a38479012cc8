/* What keys and the palette share: which elements somebody could press now, what they are called, and pressing them. */
export const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

function labelOf(element) {
  const labels = [...(element.labels ?? [])].map((one) => one.firstChild?.textContent ?? "");
  return labels.join(" ").trim() || element.placeholder;
}

export function wordsOf(element) {
  const { command } = element.dataset;
  const words = command || element.getAttribute("aria-label") || element.title || labelOf(element) || element.textContent;
  return (words ?? "").replace(/\s+/g, " ").trim();
}

/* A folded form opens and gives the focus to its first field; where that is still on its way, to its heading. */
function open(summary) {
  const details = summary.parentElement;
  details.open = true;
  const field = details.querySelector("textarea, select, input:not([type=hidden]):not([type=file])");
  (field ?? summary).focus();
}

export function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else if (element.matches("summary")) open(element);
  else element.click();
}
