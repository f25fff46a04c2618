// Starts what the page has. On pages without a chat that is little.
import { shown } from "./dom.js";
import { startActions } from "./actions.js";
import { startCards } from "./cards.js";
import { startComposer } from "./composer.js";
import { startCompletion } from "./complete.js";
import { startConnection } from "./connection.js";
import { startEmoji } from "./emoji.js";
import { startFiles } from "./files.js";
import { startForms } from "./forms.js";
import { startInstall } from "./install.js";
import { startKeys } from "./keys.js";
import { startLightbox } from "./lightbox.js";
import { startList } from "./list.js";
import { startMessages } from "./messages.js";
import { startNotify } from "./notify.js";
import { startOutbox } from "./outbox.js";
import { startPanes } from "./panes.js";
import { startPolls } from "./polls.js";
import { startPresence } from "./presence.js";
import { startReads } from "./reads.js";
import { startSearch } from "./search.js";
import { startSidebar } from "./sidebar.js";
import { startSpoilers } from "./spoilers.js";
import { startStream } from "./stream.js";
import { startSwitcher } from "./switcher.js";
import { startTyping } from "./typing.js";

const startPage = () => {
  startForms();
  startSpoilers();
  startInstall();
  if (!shown.channel) return;
  startList();
  startMessages();
  startOutbox();
  startComposer();
  startCompletion();
  startFiles();
  startEmoji();
  startActions();
  startPanes();
  startSearch();
  startPolls();
  startSidebar();
  startReads();
  startTyping();
  startPresence();
  startNotify();
  startSwitcher();
  startLightbox();
  startCards();
  startKeys();
  startConnection();
  // Last: all of them listen by now.
  startStream();
};

startPage();
