// When the numbers of trays are asked for, and what becomes of the answer, tried without
// a browser. Run with: make assets-test
import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERY, WORKING, startTrays } from "./trays.js";

// A page with one tray, a clock that stands still until told, and a server.
function fakePage(answer = { ok: true, json: async () => ({ mine: "(2, 1 late)" }) }) {
  const f = { asked: [], time: 0, heard: {} };
  f.place = { dataset: { tray: "mine" }, textContent: "(3)" };
  const tabs = { dataset: { trays: "/work/counts" }, querySelectorAll: () => [f.place] };
  f.page = {
    visibilityState: "visible",
    querySelector: () => tabs,
    addEventListener: (kind, heard) => (f.heard[kind] = heard),
  };
  startTrays(f.page, {
    now: () => f.time,
    every: (ring, ms) => {
      assert.equal(ms, EVERY);
      f.ring = async () => {
        ring();
        await new Promise(setImmediate);
      };
    },
    get: async (url) => {
      f.asked.push(url);
      if (answer === null) throw new Error("no network");
      return answer;
    },
  });
  return f;
}

test("the numbers are asked for while somebody works, and put in their place", async () => {
  const f = fakePage();
  f.time = EVERY;
  await f.ring();
  assert.deepEqual(f.asked, ["/work/counts"]);
  assert.equal(f.place.textContent, "(2, 1 late)");
});

test("nobody who has stopped is kept signed in", async () => {
  const f = fakePage();
  f.time = WORKING;
  await f.ring();
  assert.equal(f.asked.length, 0);
  f.heard.keydown();
  await f.ring();
  assert.equal(f.asked.length, 1);
});

test("coming back to the page asks at once, and a hidden page asks for nothing", async () => {
  const f = fakePage();
  f.page.visibilityState = "hidden";
  f.heard.visibilitychange();
  await f.ring();
  assert.equal(f.asked.length, 0);
  f.page.visibilityState = "visible";
  f.heard.visibilitychange();
  assert.equal(f.asked.length, 1);
});

test("what is no answer changes nothing", async () => {
  for (const answer of [null, { ok: false }, { ok: true, json: async () => ({ other: "(9)" }) }]) {
    const f = fakePage(answer);
    await f.ring();
    assert.equal(f.place.textContent, "(3)");
  }
});

test("a page without trays asks for nothing", () => {
  startTrays({ querySelector: () => null }, { now: assert.fail, every: assert.fail, get: assert.fail });
});
