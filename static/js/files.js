/* <input type="file" data-files='{"limit": 1048576, "words": {…}}'>: files may also be dropped on the form, pasted or taken with
   the camera; each is listed with its size and can be removed; what the server would refuse is refused at once, in words.
   Without this file the plain input does its work. */
import { say } from "./live.js";

const MEGABYTE = 1024 * 1024;

const filled = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function size(bytes) {
  const [value, unit] = bytes < MEGABYTE ? [Math.max(bytes / 1024, 1), "kilobyte"] : [bytes / MEGABYTE, "megabyte"];
  const digits = { maximumFractionDigits: unit === "megabyte" ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, ...digits }).format(value);
}

function element(tag, className, words = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = words;
  return made;
}

function isAccepted(file, accept) {
  const kinds = accept.toLowerCase().split(",").map((kind) => kind.trim()).filter(Boolean);
  const [name, type] = [file.name.toLowerCase(), file.type.toLowerCase()];
  return !kinds.length || kinds.some((kind) =>
    kind.startsWith(".") ? name.endsWith(kind) : kind.endsWith("/*") ? type.startsWith(kind.slice(0, -1)) : type === kind);
}

const isSame = (one, other) =>
  one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

function enhance(input) {
  const { limit, words } = JSON.parse(input.dataset.files);
  const zone = element("div", "files");
  const hint = element("p", "files__hint", words.hint);
  const problems = element("ul", "field__errors");
  const list = element("ul", "files__list");
  let kept = [...input.files]; // a browser may bring them back with the page
  let pasted = 0;
  input.before(zone);
  zone.append(input, hint, problems, list);
  problems.setAttribute("role", "alert");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", words.list);

  function problem(file) {
    const values = { name: file.name, limit: size(limit) };
    if (!isAccepted(file, input.accept)) return filled(words.refused, values);
    if (file.size > limit) return filled(words.large, values);
    return file.size ? "" : filled(words.empty, values);
  }

  function draw() {
    const carrier = new DataTransfer();
    for (const file of kept) carrier.items.add(file);
    input.files = carrier.files;
    list.replaceChildren(...kept.map((file) => {
      const row = element("li", "files__row");
      const remove = element("button", "button button--quiet", words.remove);
      remove.type = "button";
      remove.setAttribute("aria-label", filled(words.remove_one, { name: file.name }));
      remove.addEventListener("click", () => drop(file));
      row.append(element("span", "files__name", file.name), element("span", "files__size", size(file.size)), remove);
      return row;
    }));
  }

  function drop(file) {
    const place = kept.indexOf(file);
    kept = kept.filter((one) => one !== file);
    draw();
    const buttons = list.querySelectorAll("button");
    (buttons[Math.min(place, buttons.length - 1)] ?? input).focus();
    say(filled(words.removed, { name: file.name }));
  }

  function add(files) {
    const wrong = [];
    const good = files.filter((file) => {
      const words = problem(file);
      if (words) wrong.push(words);
      return !words && !kept.some((one) => isSame(one, file));
    });
    kept = input.multiple ? [...kept, ...good] : good.slice(-1).concat(kept).slice(0, 1);
    problems.replaceChildren(...wrong.map((words) => element("li", "", words)));
    draw();
    if (good.length) say(filled(words.added, { names: good.map((file) => file.name).join(", ") }));
  }

  function named(file) {
    pasted += 1;
    return new File([file], `${words.pasted} ${pasted}.${file.type.split("/")[1] ?? "png"}`, { type: file.type });
  }

  const form = input.form ?? zone;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  input.addEventListener("change", () => add([...input.files]));
  form.addEventListener("reset", () => {
    kept = [];
    setTimeout(() => add([]));
  });
  form.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length || event.clipboardData.types.includes("text/plain")) return; // words were meant
    event.preventDefault();
    add(files.map((file) => (file.type.startsWith("image/") ? named(file) : file)));
  });
  form.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("files--over");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) zone.classList.remove("files--over");
  });
  form.addEventListener("drop", (event) => {
    zone.classList.remove("files--over");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });

  if (matchMedia("(pointer: coarse)").matches && isAccepted(new File([], "a.jpg", { type: "image/jpeg" }), input.accept)) {
    const camera = Object.assign(document.createElement("input"), { type: "file", accept: "image/*", hidden: true });
    camera.setAttribute("capture", "environment");
    camera.addEventListener("change", () => {
      add([...camera.files]);
      camera.value = "";
    });
    const take = element("button", "button button--secondary", words.camera);
    take.type = "button";
    take.addEventListener("click", () => camera.click());
    hint.replaceWith(take, camera);
  }
  draw();
}

export function start(root) {
  const all = (part) => part.querySelectorAll("input[type=file][data-files]");
  all(root).forEach(enhance);
  root.addEventListener("htmx:load", (event) => {
    for (const input of all(event.detail.elt)) if (!input.closest(".files")) enhance(input);
  });
}
