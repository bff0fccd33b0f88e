import assert from "node:assert/strict";
import { test } from "node:test";
import { MARKS, marked } from "./writing.js";

const put = (before, after, mark) => {
  const { text, at } = marked(before + after, before.length, mark);
  return `${text.slice(0, at)}^${text.slice(at)}`;
};

test("a mark goes to the beginning of the paragraph", () => {
  assert.equal(put("She smi", "led.", "[observed] "), "[observed] She smi^led.");
  assert.equal(put("", "", "[opinion] "), "[opinion] ^");
  assert.equal(put("One.\n\nTw", "o.", "[their words] "), "One.\n\n[their words] Tw^o.");
  assert.equal(put("One.\nTw", "o.", "[observed] "), "[observed] One.\nTw^o.");
});

test("a mark that says of whom waits for the name", () => {
  assert.equal(put("He shou", "ts.", "[allegation by |] "), "[allegation by ^] He shouts.");
});

test("a mark takes the place of the one that is there", () => {
  assert.equal(put("[observed] She smi", "led.", "[opinion] "), "[opinion] She smi^led.");
  assert.equal(put("[reported by Mrs Bell] She", ".", "[observed] "), "[observed] She^.");
  assert.equal(put("[rep", "orted by Mrs Bell] She.", "[observed] "), "[observed] ^She.");
  assert.equal(put("[note] She", ".", "[observed] "), "[observed] [note] She^.");
});

test("there are five", () => {
  assert.deepEqual(MARKS.map(([words]) => words), ["Observed", "Reported by", "Opinion", "Allegation", "Their words"]);
});
