/* <form data-bulk data-bulk-one="1 ticket chosen" data-bulk-many="{} tickets chosen">: one box chooses all rows of the page,
   and the bar tells how many are chosen. Rows come and go while the page is open ("desk:rows" says so), hence no list of them
   is kept. Without this file the box says so to the server, and nothing is counted. */
export function start(root) {
  function tell() {
    const form = root.querySelector("form[data-bulk]");
    if (!form) return;
    const boxes = [...form.querySelectorAll("input[name=ticket]")];
    const all = form.querySelector("input[name=all]");
    const number = boxes.filter((box) => box.checked).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
    const words = number === 1 ? form.dataset.bulkOne : form.dataset.bulkMany.replace("{}", number);
    form.querySelector("[data-bulk-told]").textContent = number ? words : "";
  }

  root.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-bulk]");
    if (!form) return;
    if (event.target.name === "all") {
      for (const box of form.querySelectorAll("input[name=ticket]")) box.checked = event.target.checked;
    }
    if (["all", "ticket"].includes(event.target.name)) tell();
  });
  root.addEventListener("keydown", (event) => {
    // A choice sends nothing.
    if (event.key === "Enter" && event.target.matches?.("form[data-bulk] input[type=checkbox]")) event.preventDefault();
  });
  root.addEventListener("desk:rows", tell);
  addEventListener("pageshow", tell); // a browser that goes back ticks again what was ticked
}
