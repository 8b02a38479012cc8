/* Says something to screen readers without moving the focus. */
export function say(words) {
  const region = document.getElementById("live");
  if (!region) return;
  region.textContent = "";
  // A changed text in the same frame would not be announced.
  requestAnimationFrame(() => {
    region.textContent = words;
  });
}
