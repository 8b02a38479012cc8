/* <form data-bulk data-bulk-one="1 ticket chosen" data-bulk-many="{} tickets chosen">: one box chooses all rows of the page,
   and the bar tells how many are chosen. Without this file the box says so to the server, and nothing is counted. */
export function start(root) {
  const form = root.querySelector("form[data-bulk]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=ticket]")];
  const all = form.querySelector("input[name=all]");
  const told = form.querySelector("[data-bulk-told]");

  function tell() {
    const number = boxes.filter((box) => box.checked).length;
    all.checked = number === boxes.length;
    all.indeterminate = number > 0 && number < boxes.length;
    const words = number === 1 ? form.dataset.bulkOne : form.dataset.bulkMany.replace("{}", number);
    told.textContent = number ? words : "";
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    if (event.target === all || event.target.name === "ticket") tell();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=checkbox]")) event.preventDefault(); // a choice sends nothing
  });
  addEventListener("pageshow", tell); // a browser that goes back ticks again what was ticked
}
