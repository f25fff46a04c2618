// Files for a message: chosen, dropped or pasted, uploaded while one goes on writing. A form of HTML sends files with the text, shows no
// progress, and takes nothing from the clipboard.
import { $, announce, ask, on, reason, shown, word } from "./dom.js";

const uploads = new WeakMap();

const of = (form) => {
  if (!uploads.has(form)) uploads.set(form, []);
  return uploads.get(form);
};

/** The files that are ready to go with a form's text. */
export const filesOf = (form) => ({
  ids: of(form).map((one) => one.id).filter(Boolean),
  isBusy: of(form).some((one) => !one.id),
  clear: () => {
    of(form).forEach((one) => one.close());
    uploads.set(form, []);
  },
});

const say = (form, text) => {
  $(".c-problem", form).textContent = text;
  announce(text);
};

/** The line of a file: its picture, its name, how far it is, what it shows in words, and a way to leave it out. */
const lineOf = (file) => {
  const line = document.createElement("li");
  line.className = "c-upload";
  const picture = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
  if (picture) {
    const image = document.createElement("img");
    [image.src, image.alt] = [picture, ""];
    line.append(image);
  }
  const name = document.createElement("span");
  [name.textContent, name.title] = [file.name, file.name];
  name.dir = "auto";
  const progress = document.createElement("progress");
  progress.max = 1;
  progress.setAttribute("aria-label", word("Uploading", file.name));
  const alt = document.createElement("input");
  [alt.placeholder, alt.hidden, alt.maxLength] = [word("AltText"), true, 1000];
  alt.setAttribute("aria-label", word("AltText"));
  const away = document.createElement("button");
  [away.type, away.textContent, away.className] = ["button", "×", "c-icon-button"];
  away.setAttribute("aria-label", `${word("Discard")}: ${file.name}`);
  line.append(name, progress, alt, away);
  return { line, progress, alt, away, close: () => picture && URL.revokeObjectURL(picture) };
};

/** Concurrent uploads. The server takes four of a person: one is left to another tab. */
const AT_ONCE = 3;
let under = 0;
const waiting = [];

/** Waits until one more may go. */
const turn = () => {
  if (under >= AT_ONCE) return new Promise((resolve) => { waiting.push(resolve); });
  under += 1;
  return Promise.resolve();
};
/** Hands a turn that is over to the next one. */
const over = () => {
  const next = waiting.shift();
  if (next) next();
  else under -= 1;
};

/** Uploads a file. `fetch` tells nothing of how far an upload is. */
const sent = (channel, file, progress) => {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => { progress.value = event.lengthComputable ? event.loaded / event.total : 0; };
    request.onload = () => {
      const after = Number(request.getResponseHeader("retry-after")) || 0;
      resolve({ ok: request.status < 300, status: request.status, text: request.responseText, after });
    };
    // As `ask` tells that no answer came.
    request.onerror = () => resolve({ ok: false, status: 0, text: "" });
    request.onabort = reject;
  });
  const body = new FormData();
  body.append("file", file, file.name);
  request.open("POST", `/api/channels/${channel}/attachments`);
  request.send(body);
  return { done, stop: () => request.abort() };
};

const add = async (form, file) => {
  if (file.size > Number(shown.uploadBytes)) return say(form, word("FileTooLarge", file.name));
  const { line, progress, alt, away, close } = lineOf(file);
  const entry = { id: null, close: () => { line.remove(); close(); } };
  let [sending, isLeft] = [null, false];
  const leave = () => {
    isLeft = true;
    sending?.stop();
    if (entry.id) ask("DELETE", `/api/attachments/${entry.id}`);
    entry.close();
    uploads.set(form, of(form).filter((one) => one !== entry));
  };
  away.onclick = leave;
  of(form).push(entry);
  $(".c-composer__files", form).append(line);
  await turn();
  try {
    if (isLeft) return undefined;
    sending = sent(form.dataset.channel, file, progress);
    const answer = await sending.done;
    if (!answer.ok) throw new Error(reason(answer));
    entry.id = JSON.parse(answer.text).id;
    progress.remove();
    alt.hidden = !file.type.startsWith("image/");
    alt.onchange = () => ask("PATCH", `/api/attachments/${entry.id}`, { json: { alt: alt.value } });
  } catch (error) {
    leave();
    if (error instanceof Error) say(form, `${word("UploadFailed", file.name)} ${error.message}`);
  } finally {
    over();
  }
  return undefined;
};

const addAll = (form, files) => [...files].forEach((file) => add(form, file));

/** The box that a drop is for: the one it was dropped on, else the channel's. */
const target = (event) => event.target.closest?.("#pane")?.querySelector("form[data-composer]") ?? $("#composer");

export const startFiles = () => {
  on("change", "[data-files]", (_, input) => {
    addAll(input.form, input.files);
    input.value = "";
  });
  on("paste", "form[data-composer] textarea", (event, box) => {
    const { files } = event.clipboardData;
    if (files.length === 0 || !$("[data-files]", box.form)) return;
    event.preventDefault();
    addAll(box.form, files);
  });
  const dragged = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragover", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    document.body.classList.add("c-app--drop");
  });
  addEventListener("dragleave", (event) => !event.relatedTarget && document.body.classList.remove("c-app--drop"));
  addEventListener("drop", (event) => {
    document.body.classList.remove("c-app--drop");
    if (!dragged(event)) return;
    event.preventDefault();
    const form = target(event);
    if (form && $("[data-files]", form)) addAll(form, event.dataTransfer.files);
  });
};
