import { start as startChat } from "./chat.js";
import { start as startDocuments } from "./documents.js";
import { start as startPane } from "./pane.js";

document.documentElement.classList.add("scripted");
startPane();
startChat();
startDocuments();
