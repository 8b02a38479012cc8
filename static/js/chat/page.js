/* A visitor's chat in the portal. */
import { Conversation } from "./conversation.js";
import { Live } from "../stream.js";

const root = document.querySelector("[data-chat]");
let conversation = null;
const live = new Live((event) => conversation?.heard(event));
conversation = new Conversation(root, live);
