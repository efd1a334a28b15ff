import { start as startChat } from "./chat.js";
import { start as startDocuments } from "./documents.js";
import { start as startFeedback } from "./feedback.js";
import { start as startPane } from "./pane.js";
import { start as startReceipt } from "./receipt.js";
import { start as startSettings } from "./settings.js";
import { localise } from "./times.js";

document.documentElement.classList.add("scripted");
localise(document);
startPane();
startChat();
startDocuments();
startFeedback();
startReceipt();
startSettings();
