// The rules of saving, tried without a browser: what is sent when, and what
// the person is told. Run with: make assets-test
import assert from "node:assert/strict";
import { test } from "node:test";
import { Autosave, SAVE_AFTER, TRY_AGAIN_AFTER, WORDS, draftFields, ownPath } from "./autosave.js";

// A page with a clock that stands still until told, and a server that answers
// when told.
function fakePage() {
  const page = { sent: [], shown: [], rev: null, timers: new Map(), next: 1 };
  page.send = (keepalive) =>
    new Promise((answer, fail) => page.sent.push({ keepalive, answer, fail }));
  page.show = (state, text, url) => page.shown.push({ state, text, url });
  page.accept = (rev) => (page.rev = rev);
  page.later = (f, ms) => {
    page.timers.set(page.next, { f, ms });
    return page.next++;
  };
  page.forget = (timer) => page.timers.delete(timer);
  page.ring = () => {
    const [[timer, { f, ms }]] = page.timers;
    page.timers.delete(timer);
    f();
    return ms;
  };
  page.answer = async (status, body) => {
    page.sent.at(-1).answer({ status, body });
    await page.autosave.idle;
  };
  page.autosave = new Autosave(page);
  return page;
}

test("a change is saved after three seconds, and the new revision kept", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.autosave.changed();
  assert.equal(page.timers.size, 1);
  assert.equal(page.ring(), SAVE_AFTER);
  assert.equal(page.autosave.unsaved, true);
  await page.answer(200, { rev: 7, saved: "4:07pm" });
  assert.equal(page.rev, 7);
  assert.deepEqual(page.shown, [{ state: "saved", text: "Draft saved at 4:07pm", url: undefined }]);
  assert.equal(page.autosave.unsaved, false);
  assert.equal(page.timers.size, 0);
});

test("never two requests at once; what was typed meanwhile follows", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.ring();
  page.autosave.changed();
  page.ring();
  page.autosave.hurry(true);
  assert.equal(page.sent.length, 1);
  await page.answer(200, { rev: 2, saved: "4:07pm" });
  assert.equal(page.autosave.unsaved, true);
  assert.equal(page.ring(), 0);
  assert.equal(page.sent.length, 2);
  await page.answer(200, { rev: 3, saved: "4:07pm" });
  assert.equal(page.rev, 3);
  assert.equal(page.autosave.unsaved, false);
});

test("a page that goes sends at once, and only if something is unsaved", async () => {
  const page = fakePage();
  page.autosave.hurry(true);
  assert.equal(page.sent.length, 0);
  page.autosave.changed();
  page.autosave.hurry(true);
  assert.equal(page.sent.length, 1);
  assert.equal(page.sent[0].keepalive, true);
  assert.equal(page.timers.size, 0);
});

test("without a connection it tries again, ever more slowly, and then recovers", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.ring();
  for (const wait of [...TRY_AGAIN_AFTER, TRY_AGAIN_AFTER.at(-1)]) {
    page.sent.at(-1).fail(new TypeError("no connection"));
    await page.autosave.idle;
    assert.equal(page.shown.at(-1).text, WORDS.offline);
    assert.equal(page.autosave.unsaved, true);
    assert.equal(page.ring(), wait);
  }
  await page.answer(200, { rev: 9, saved: "5pm" });
  assert.equal(page.autosave.unsaved, false);
  page.autosave.changed();
  page.ring();
  page.sent.at(-1).fail(new TypeError("no connection"));
  await page.autosave.idle;
  assert.equal(page.ring(), TRY_AGAIN_AFTER[0]);
});

test("an answer that is not the promised one has saved nothing", async () => {
  for (const [status, body] of [[200, null], [200, {}], [200, { rev: "7" }], [500, null], [503, null], [429, null]]) {
    const page = fakePage();
    page.autosave.changed();
    page.ring();
    await page.answer(status, body);
    assert.equal(page.autosave.unsaved, true, `status ${status}`);
    assert.equal(page.shown.at(-1).text, WORDS.refused);
    assert.equal(page.rev, null);
    assert.equal(page.timers.size, 1, `status ${status}: tries again`);
  }
});

test("a conflict stops it, and says where to compare", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.ring();
  await page.answer(409, { conflict: true, url: "/drafts/42/compare" });
  assert.deepEqual(page.shown.at(-1), { state: "conflict", text: WORDS.conflict, url: "/drafts/42/compare" });
  page.autosave.changed();
  page.autosave.hurry(true);
  assert.equal(page.sent.length, 1);
  assert.equal(page.timers.size, 0);
  assert.equal(page.autosave.unsaved, true);
});

test("signed out: the text stays, and coming back saves it", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.ring();
  await page.answer(401, null);
  assert.equal(page.shown.at(-1).text, WORDS.signedOut);
  assert.equal(page.timers.size, 0);
  page.autosave.hurry(false);
  assert.equal(page.sent.length, 2);
  await page.answer(200, { rev: 4, saved: "6pm" });
  assert.equal(page.autosave.unsaved, false);
});

test("what the server will not take is not sent again until it changes", async () => {
  const page = fakePage();
  page.autosave.changed();
  page.ring();
  await page.answer(413, null);
  assert.equal(page.shown.at(-1).text, WORDS.rejected);
  assert.equal(page.timers.size, 0);
  page.autosave.changed();
  page.ring();
  assert.equal(page.sent.length, 2);
});

test("nothing follows a submission until the person is back", () => {
  const page = fakePage();
  page.autosave.changed();
  page.autosave.stop();
  assert.equal(page.timers.size, 0);
  page.autosave.changed();
  page.autosave.hurry(true);
  assert.equal(page.sent.length, 0);
  page.autosave.resume();
  page.ring();
  assert.equal(page.sent.length, 1);
});

test("a link leads only to a page of ours", () => {
  assert.equal(ownPath("/drafts/42/compare"), "/drafts/42/compare");
  for (const bad of ["//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "https://elsewhere.example", "", undefined, 7]) {
    assert.equal(ownPath(bad), null, String(bad));
  }
});

test("a draft holds neither files nor passwords", () => {
  const entries = [["text", "hello"], ["password", "secret words"], ["file", { name: "photo.jpg" }], ["text", ""]];
  assert.deepEqual(draftFields(entries, new Set(["password"])), [["text", "hello"], ["text", ""]]);
});
