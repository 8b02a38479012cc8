/* <button data-insert="words" data-insert-into="#form textarea"> puts words in at the cursor, as a paragraph of their own
   unless it says data-insert-inline; Undo takes them out again. <span data-insert-now="words" …> of a part that has just
   arrived puts them in at once and empties what data-empties names.
   Without this file the button sends the form to the server, which gives the page back with the words at the end. */
import { say } from "./live.js";

const touched = new WeakSet(); // text areas that somebody has been in: only there the cursor means something

function put(area, words, isInline) {
  const [from, to] = touched.has(area) ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
  const before = area.value.slice(0, from).replace(/[^\S\n]+$/, "");
  const after = area.value.slice(to);
  const lead = isInline || !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = isInline || !after || after.startsWith("\n") ? "" : "\n\n";
  area.focus();
  area.setSelectionRange(from, to);
  // Old, and the only way in which the browser's own Undo knows of it.
  if (!document.execCommand("insertText", false, lead + words + tail)) {
    area.setRangeText(lead + words + tail, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export function start(root) {
  root.addEventListener("focusin", (event) => {
    if (event.target.matches("textarea")) touched.add(event.target);
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-insert]");
    const area = button && root.querySelector(button.dataset.insertInto);
    if (!area) return;
    event.preventDefault();
    put(area, button.dataset.insert, "insertInline" in button.dataset);
    say(button.dataset.inserted);
  });

  root.addEventListener("htmx:load", (event) => {
    const part = event.detail.elt;
    const arrived = part.matches("[data-insert-now]") ? part : part.querySelector("[data-insert-now]");
    const area = arrived && root.querySelector(arrived.dataset.insertInto);
    if (!area) return;
    if (arrived.dataset.insertNow) put(area, arrived.dataset.insertNow, false);
    else area.focus();
    root.querySelector(arrived.dataset.empties)?.replaceChildren();
    say(arrived.dataset.inserted);
    arrived.remove();
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-empty]");
    if (!button) return;
    root.querySelector(button.dataset.thenFocus)?.focus();
    root.querySelector(button.dataset.empty)?.replaceChildren();
  });
}
