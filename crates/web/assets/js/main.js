// Starts what the page has. On pages without a chat that is little.
import { shown } from "./dom.js";
import { startActions } from "./actions.js";
import { startCards } from "./cards.js";
import { startChannel } from "./channel.js";
import { startComposer } from "./composer.js";
import { startCompletion } from "./complete.js";
import { startConnection } from "./connection.js";
import { startDirects } from "./directs.js";
import { startEmoji } from "./emoji.js";
import { startFiles } from "./files.js";
import { startForms } from "./forms.js";
import { startInbox } from "./inbox.js";
import { startInstall } from "./install.js";
import { startKeys } from "./keys.js";
import { startLeaving } from "./leaving.js";
import { startLightbox } from "./lightbox.js";
import { startList } from "./list.js";
import { startMessages } from "./messages.js";
import { startNotify } from "./notify.js";
import { startOutbox } from "./outbox.js";
import { startPanes } from "./panes.js";
import { startPolls } from "./polls.js";
import { startPresence } from "./presence.js";
import { startPush } from "./push.js";
import { startReactors } from "./reactors.js";
import { startReads } from "./reads.js";
import { startRights } from "./rights.js";
import { startSearch } from "./search.js";
import { startSidebar } from "./sidebar.js";
import { startSpoilers } from "./spoilers.js";
import { startStream } from "./stream.js";
import { startSwitcher } from "./switcher.js";
import { startTyping } from "./typing.js";

/** Once the page is on screen, so that the first message does not wait for what is not seen; a page in the background has no frames. */
const whenShown = (act) => (document.hidden ? act() : requestAnimationFrame(() => setTimeout(act)));

const startPage = () => {
  startForms();
  startSpoilers();
  startLeaving();
  startInstall();
  startPush();
  if (!shown.channel) return;
  // Where the list stands is seen at once.
  startList();
  whenShown(startChat);
};

const startChat = () => {
  startMessages();
  startOutbox();
  startComposer();
  startCompletion();
  startFiles();
  startEmoji();
  startActions();
  startReactors();
  startPanes();
  startSearch();
  startPolls();
  startSidebar();
  startChannel();
  startRights();
  startReads();
  startTyping();
  startPresence();
  startInbox();
  startNotify();
  startSwitcher();
  startLightbox();
  startCards();
  startDirects();
  startKeys();
  startConnection();
  // Last: all of them listen by now.
  startStream();
};

startPage();
