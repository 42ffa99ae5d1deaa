/* Saving answers as they are given. The plain form saves page by page and stays the truth; this only sends each change at
 * once, keeps what could not be sent on the device, and sends it when there is a connection again.
 *
 * A message is {client, seq, base_revision, changes}. `client` names this opening of the page, `seq` counts its messages:
 * the server drops what it has seen, so sending twice does no harm and nothing needs to be known about a lost reply.
 * Messages wait in an outbox (IndexedDB; memory where there is none) and leave one at a time, oldest first.
 */
import { readAnswers } from "./items.js";

const PAUSE = 400;
const LONGEST_WAIT = 30_000;
const LONGEST_REPLY = 15_000;
const form = document.getElementById("answers");
const state = document.querySelector("[data-survey-state]");
const { autosave: address, assignment } = form.dataset;
const client = makeId();
const fields = form.elements;
// The form keeps the revision it was drawn from: the server tells by it what was touched here and what was not.
let revision = Number(fields.base_revision.value);
fields.client.value = client;

function makeId() {
  // crypto.randomUUID asks for https; a school's own server may lack it.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const say = (words, isWrong = false) => {
  state.textContent = words;
  state.classList.toggle("field-error", isWrong);
};
const saySaved = (words) => {
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  say(words.replace("{time}", time));
};

/* The outbox */

class Outbox {
  constructor() { this.memory = []; }

  async open() {
    try {
      this.base = await new Promise((resolve, reject) => {
        const opening = indexedDB.open("opora-answers", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "id", autoIncrement: true });
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
    } catch {
      this.base = null; // private windows of some browsers have no storage: the outbox lives as long as the page
    }
    return this;
  }

  run(mode, work) {
    return new Promise((resolve, reject) => {
      const transaction = this.base.transaction("outbox", mode);
      const asked = work(transaction.objectStore("outbox"));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
    });
  }

  async add(message) {
    if (this.base) await this.run("readwrite", (store) => store.add({ assignment, message }));
    else this.memory.push({ id: Symbol("entry"), assignment, message });
  }

  async list() {
    const all = this.base ? await this.run("readonly", (store) => store.getAll()) : this.memory;
    return all.filter((entry) => entry.assignment === assignment);
  }

  async remove(id) {
    if (this.base) await this.run("readwrite", (store) => store.delete(id));
    else this.memory = this.memory.filter((entry) => entry.id !== id);
  }
}

const outbox = await new Outbox().open();

/* What was changed since it was last put into the outbox */

let known = readAnswers(form);
let sequence = 0;
let timer = 0;
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function takeChanges() {
  const now = readAnswers(form);
  const changes = Object.fromEntries(Object.entries(now).filter(([code, answer]) => !isSame(answer, known[code])));
  known = now;
  if (!Object.keys(changes).length) return null;
  sequence += 1;
  return { client, seq: sequence, base_revision: revision, changes };
}

async function collect() {
  clearTimeout(timer);
  const message = takeChanges();
  if (message) await outbox.add(message);
}

/* Sending */

let sending = null;
let wait = 1000;
let retry = 0;
let isOver = false;

const post = (message, options = {}) => fetch(address, {
  method: "PATCH",
  headers: { "Content-Type": "application/json", Accept: "application/json" },
  body: JSON.stringify(message),
  credentials: "same-origin",
  ...options,
});

/* One sending at a time; true when nothing waits any more. */
function send() {
  sending ??= drain().finally(() => { sending = null; });
  return sending;
}

async function drain() {
  clearTimeout(retry);
  for (let waiting = await outbox.list(); waiting.length && !isOver; waiting = await outbox.list()) {
    for (const { id, message } of waiting) {
      if (!await deliver(message)) return false;
      await outbox.remove(id);
    }
  }
  return true;
}

/* True when the message need not be sent again: taken, or refused for good. */
async function deliver(message) {
  let reply;
  let said;
  try {
    reply = await post(message, { signal: AbortSignal.timeout(LONGEST_REPLY) });
    said = await reply.json();
  } catch {
    return later(reply && reply.ok === false ? form.dataset.failed : form.dataset.offline);
  }
  if (reply.status >= 500 || reply.status === 429) return later(form.dataset.failed);
  wait = 1000;
  revision = said.revision ?? revision;
  isOver = [403, 404, 409].includes(reply.status); // closed, the link replaced, submitted
  showOutcome(said, Object.keys(message.changes));
  return true;
}

const itemOf = (code) => document.getElementById(`item-${code}`);

function showOutcome({ problems = {}, changed_elsewhere: elsewhere = [], error }, sent) {
  if (error) return say(error, true);
  for (const code of sent.filter(itemOf)) mark(itemOf(code), problems[code]);
  const wrong = Object.keys(problems).filter(itemOf);
  if (wrong.length) return say(`${form.dataset.refused}. ${problems[wrong[0]]}`, true);
  return saySaved(elsewhere.some(itemOf) ? form.dataset.elsewhere : form.dataset.saved);
}

/* Says at an item what is wrong with its answer, or takes back what was said before. */
function mark(item, problem = "") {
  item.classList.toggle("item-wrong", problem !== "");
  const id = `${item.id}-problem`;
  const said = document.getElementById(id);
  if (problem && !said) {
    const words = Object.assign(document.createElement("p"), { id, className: "field-error", textContent: problem });
    item.querySelector("legend, .item-label").after(words);
  } else if (problem) said.textContent = problem;
  else said?.remove();
  for (const field of item.querySelectorAll("input[type=text], textarea")) {
    field.classList.toggle("is-invalid", problem !== "");
    if (problem) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  if (!problem) strikeOff(item);
}

/* The list at the top of a rejected page grows shorter as its questions are put right. */
function strikeOff(item) {
  const summary = document.querySelector("[data-error-summary]");
  summary?.querySelector(`[href="#${item.id}"]`)?.closest("li").remove();
  if (summary && !summary.querySelector("li")) summary.remove();
}

function later(words) {
  say(words);
  retry = setTimeout(send, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
  return false;
}

async function save() {
  await collect();
  await send();
}

form.addEventListener("change", () => {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
});
// What is being typed is worth keeping before the field is left.
form.addEventListener("input", ({ target }) => {
  if (!target.matches("textarea, input[type=text]")) return;
  clearTimeout(timer);
  timer = setTimeout(save, 3 * PAUSE);
});
window.addEventListener("online", () => { wait = 1000; send(); });
window.addEventListener("pagehide", () => {
  const message = isLeaving ? null : takeChanges();
  if (message) {
    outbox.add(message);
    post(message, { keepalive: true }).catch(() => {}); // the outbox has it
  }
});

/* Going on: with a connection the form takes everything along; without one the page stays and says so. */

let isLeaving = false;
let isAsked = false;
form.addEventListener("submit", async (event) => {
  if (isLeaving) return;
  event.preventDefault();
  if (isAsked) return;
  isAsked = true;
  const { submitter } = event;
  await collect();
  // A sending that was under way may have missed what was collected just now.
  const isDelivered = await send() && await send();
  isAsked = false;
  if (!isDelivered) return;
  isLeaving = true;
  form.requestSubmit(submitter);
});
// Back from the browser's memory the page is what it was, and the answers may not be.
window.addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });

/* What an earlier opening of a page could not send. The page was drawn without it, so it is drawn again. */

if ((await outbox.list()).length && await send() && !isOver) location.reload();
