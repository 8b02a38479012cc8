/* <button data-insert="words" data-insert-into="#form textarea"> puts words in at the cursor; Undo takes them out again.
   Without this file the button sends the form to the server, which gives the page back with the words at the end. */
import { say } from "./live.js";

const touched = new WeakSet(); // text areas that somebody has been in: only there the cursor means something

function put(area, words) {
  const [from, to] = touched.has(area) ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length];
  const before = area.value.slice(0, from).replace(/[^\S\n]+$/, "");
  const after = area.value.slice(to);
  const lead = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = !after || after.startsWith("\n") ? "" : "\n\n";
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
    put(area, button.dataset.insert);
    say(button.dataset.inserted);
  });
}
