import { start as startChat } from "./chat.js";
import { start as startDocuments } from "./documents.js";
import { start as startPane } from "./pane.js";
import { start as startReceipt } from "./receipt.js";

document.documentElement.classList.add("scripted");
startPane();
startChat();
startDocuments();
startReceipt();
