/* Every page works without this file. Each part enhances what the server rendered. */
import { start as startAppearance } from "./appearance.js";
import { start as startAutosubmit } from "./autosubmit.js";
import { start as startCopy } from "./copy.js";
import { start as startFocus } from "./focus.js";
import { start as startInsert } from "./insert.js";
import { start as startShortcuts } from "./shortcuts.js";

for (const start of [startAppearance, startAutosubmit, startCopy, startFocus, startInsert, startShortcuts]) {
  start(document);
}
