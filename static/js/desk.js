/* Every page works without this file. Each part enhances what the server rendered. */
import { start as startAppearance } from "./appearance.js";
import { start as startAutosubmit } from "./autosubmit.js";
import { start as startBulk } from "./bulk.js";
import { start as startCopy } from "./copy.js";
import { start as startDrafts } from "./drafts.js";
import { start as startFiles } from "./files.js";
import { start as startFocus } from "./focus.js";
import { start as startFolded } from "./folded.js";
import { start as startInsert } from "./insert.js";
import { start as startPalette } from "./palette.js";
import { start as startShortcuts } from "./shortcuts.js";

const parts = [
  startAppearance, startAutosubmit, startBulk, startCopy, startDrafts, startFiles, startFocus, startFolded, startInsert,
  startPalette, startShortcuts,
];
for (const start of parts) start(document);
