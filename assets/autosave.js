// Saves what is typed while it is typed. A form asks for it with
//
//   <form data-autosave="/drafts/42" ...>
//     <input type="hidden" name="rev" value="6">
//     <p role="status" data-autosave-status></p>
//
// and says with data-autosave-unsaved that what stands in it is not saved yet.
// The server answers with JSON: {"rev": 7, "saved": "4:07pm", "remarks": {...}}, in
// which it points out wording, by field (writing.js); or, with status
// 409, {"conflict": true, "url": "..."}: what is typed is sent to that address by
// a button, and the page there shows both versions. The button of the form still
// saves everything without this script.
//
// A request whose answer was lost is sent again with the revision it had, by
// this script and by some browsers on their own. So the server takes the same
// fields a second time, with the revision just before its own, as saved
// already and not as a conflict.

import { showRemarks } from "./writing.js";

// How long after a change it is saved, in milliseconds, and how long to wait
// after each failure in a row: the last number repeats.
export const SAVE_AFTER = 3000;
export const TRY_AGAIN_AFTER = [3000, 6000, 12000, 30000];

// How long the button waits for a request under way, in milliseconds.
const SUBMIT_WAITS = 5000;

// Browsers refuse a request that outlives its page if its body passes 64 KiB.
const KEEPALIVE_LIMIT = 60 * 1024;

export const WORDS = {
  saved: (time) => `Draft saved at ${time}`,
  offline: "Not saved yet: no connection. Keep this page open; trying again.",
  refused: "Not saved yet: the system could not take it. Keep this page open; trying again.",
  rejected: "Your draft cannot be saved as it is. Nothing you typed is lost: it is still on this page.",
  signedOut:
    "You have been signed out. What you typed is kept on this page; sign in in another tab, then come back to this one to save it.",
  conflict: "This draft was changed somewhere else. Nothing you typed here is lost, and it is no longer saved by itself. ",
  compare: "Compare the two versions",
  unsaved: "What you typed is not saved yet.",
};

// Autosave knows when to send and what the answers mean; it knows nothing of
// pages, so that it can be tried without a browser. The page gives it:
//
//   send(keepalive)  sends the fields as they are now; a promise of
//                    {status, body}, rejected when there is no connection
//   show(state, text, url)   tells the person
//   accept(rev)      puts the new revision into the form
//   remark(remarks)  shows what the server points out in what was saved
//   later(f, ms), forget(timer)   clocks
export class Autosave {
  constructor(page) {
    this.page = page;
    this.changes = 0; // counts changes; compared with `kept` to know what is unsaved
    this.kept = 0;
    this.failures = 0;
    this.timer = null;
    this.sending = false;
    this.stopped = false;
    this.hurried = false;
    this.idle = Promise.resolve(); // settles when the request under way, if any, is answered
  }

  get unsaved() {
    return this.changes !== this.kept;
  }

  // Something was typed.
  changed() {
    this.changes += 1;
    // The first change starts the clock and later ones do not put it back: a
    // person who types without a pause is saved every three seconds too.
    if (this.timer === null) this.schedule(SAVE_AFTER);
  }

  schedule(wait) {
    if (this.stopped) return;
    this.cancel();
    this.timer = this.page.later(() => {
      this.timer = null;
      this.save();
    }, wait);
  }

  cancel() {
    if (this.timer !== null) this.page.forget(this.timer);
    this.timer = null;
  }

  // Do not wait for the clock: the page is hidden or about to go (keepalive),
  // or somebody has come back to it.
  hurry(keepalive) {
    this.hurried = this.sending;
    this.save(keepalive);
  }

  // The form is being submitted, which saves everything by itself. Nothing may
  // be sent after it, or an older text could follow a newer one.
  stop() {
    this.stopped = true;
    this.cancel();
  }

  // The person is back on the page, with what they typed.
  resume() {
    this.stopped = false;
    if (this.unsaved && !this.sending) this.schedule(SAVE_AFTER);
  }

  // Never two requests at once: the second would carry a revision that the
  // first is about to make old. What is typed meanwhile is sent afterwards.
  save(keepalive = false) {
    if (this.stopped || this.sending || !this.unsaved) return;
    this.cancel();
    this.sending = true;
    this.idle = this.exchange(keepalive);
  }

  async exchange(keepalive) {
    const sent = this.changes;
    let answer = null;
    try {
      answer = await this.page.send(keepalive);
    } catch {
      // No connection: told to the person below, as any other failure is.
    }
    this.sending = false;
    this.judge(answer, sent);
  }

  judge(answer, sent) {
    if (answer === null) return this.again("offline", WORDS.offline);
    const { status, body } = answer;
    if (status === 409) {
      this.stop();
      return this.page.show("conflict", WORDS.conflict, body?.url);
    }
    if (status === 401) {
      this.failures = 0;
      return this.page.show("signed-out", WORDS.signedOut);
    }
    // Too large, not allowed, not understood: sending the same again is of no
    // use, but the next change may help.
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      return this.page.show("rejected", WORDS.rejected);
    }
    // A page where JSON was promised is a proxy's, and saved nothing.
    if (status !== 200 || !Number.isInteger(body?.rev)) return this.again("refused", WORDS.refused);

    this.failures = 0;
    this.kept = sent;
    this.page.accept(body.rev);
    this.page.remark?.(body.remarks);
    this.page.show("saved", WORDS.saved(body.saved));
    if (this.unsaved) this.schedule(this.hurried ? 0 : SAVE_AFTER);
    this.hurried = false;
  }

  again(state, text) {
    const wait = TRY_AGAIN_AFTER[Math.min(this.failures, TRY_AGAIN_AFTER.length - 1)];
    this.failures += 1;
    this.page.show(state, text);
    this.schedule(wait);
  }
}

// A button in a message may only lead to a page of ours.
export function ownPath(url) {
  return typeof url === "string" && /^\/(?![/\\])/.test(url) ? url : null;
}

// Files wait for the button, and a password is not for keeping: what is left
// is the draft.
export function draftFields(entries, secret) {
  return [...entries].filter(([name, value]) => typeof value === "string" && !secret.has(name));
}

function attach(form) {
  const status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");

  const show = (state, text, url) => {
    if (!status) return;
    status.classList.toggle("app-autosave--trouble", state !== "saved");
    // A screen reader hears each change of this line, and a retry that says
    // the same again is not a change.
    if (status.textContent.startsWith(text) && state !== "saved") return;
    status.textContent = text;
    const path = ownPath(url);
    if (path) {
      // A link would leave behind what is typed; a button takes it along.
      const button = document.createElement("button");
      button.type = "submit";
      button.className = "govuk-button govuk-button--secondary app-autosave__compare";
      button.formAction = path;
      button.textContent = WORDS.compare;
      status.append(button);
    }
  };

  const send = async (keepalive) => {
    const secret = new Set([...form.elements].filter((field) => field.type === "password").map((field) => field.name));
    const body = new URLSearchParams(draftFields(new FormData(form), secret)).toString();
    const response = await fetch(form.dataset.autosave, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8", Accept: "application/json" },
      keepalive: keepalive && body.length < KEEPALIVE_LIMIT,
      // A redirect to the sign-in page would look like a success.
      redirect: "error",
    });
    let answer = null;
    try {
      answer = await response.json();
    } catch {
      // Not JSON: the status alone decides, and a 200 without a revision
      // counts as not saved.
    }
    return { status: response.status, body: answer };
  };

  const accept = (rev) => {
    const field = form.elements.namedItem("rev");
    if (field) field.value = String(rev);
  };

  const autosave = new Autosave({
    send,
    show,
    accept,
    remark: (remarks) => showRemarks(form, remarks),
    later: (f, ms) => setTimeout(f, ms),
    forget: (timer) => clearTimeout(timer),
  });

  form.addEventListener("input", () => autosave.changed());
  // What the server put into the form is not always what it holds: two versions
  // put together are saved only from here.
  if ("autosaveUnsaved" in form.dataset) autosave.changed();
  document.addEventListener("visibilitychange", () => autosave.hurry(document.visibilityState === "hidden"));
  window.addEventListener("pagehide", () => autosave.hurry(true));
  window.addEventListener("online", () => autosave.hurry(false));

  // Listened for at the window, last of all, because another script may hold a
  // submission back. One that overtook a request under way would carry the
  // revision which that request makes old, so it waits for the answer, within
  // reason. Another form of the page waits for what is typed here to be saved:
  // after signing out it could not be. If that failed, the browser asks before
  // the page is left.
  let leaving = false;
  let waited = false;
  window.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const ours = event.target === form;
    if (!ours && !waited) autosave.save();
    if (autosave.sending && !leaving && !waited) {
      event.preventDefault();
      const patience = new Promise((done) => setTimeout(done, SUBMIT_WAITS));
      Promise.race([autosave.idle, patience]).then(() => {
        leaving = ours;
        waited = true;
        event.target.requestSubmit(event.submitter);
        waited = false;
      });
      return;
    }
    if (!ours) return;
    leaving = true;
    autosave.stop();
  });
  // Back from the next page, or a submission that never arrived.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    leaving = false;
    autosave.resume();
  });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !autosave.unsaved) return;
    event.preventDefault();
    event.returnValue = WORDS.unsaved; // older browsers ask only for this
  });
}

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) attach(form);
}
