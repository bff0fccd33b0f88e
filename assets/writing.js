// What helps whoever writes. The page is whole without any of it: the question below an
// answer of last time is shown, marks can be typed, and what is pointed out in a text is
// there when the page is asked for again.

// An answer that a document began with: its question is there once somebody says that the
// answer has changed. What the server has something to say about stays in sight.
function startAnew(page) {
  for (const block of page.querySelectorAll("[data-anew]")) {
    const question = block.querySelector("[data-anew-question]");
    const radios = [...block.querySelectorAll("input[type=radio]")].filter((r) => r.name.startsWith("anew--"));
    if (!question || radios.length === 0 || question.querySelector(".govuk-error-message")) continue;
    const settle = () => {
      question.hidden = !radios.some((r) => r.checked && r.value === "changed");
    };
    for (const r of radios) r.addEventListener("change", settle);
    settle();
  }
}

// The five marks, as buttons: what each puts at the beginning of the paragraph, and where
// the writer goes on.
export const MARKS = [
  ["Observed", "[observed] "],
  ["Reported by", "[reported by |] "],
  ["Opinion", "[opinion] "],
  ["Allegation", "[allegation by |] "],
  ["Their words", "[their words] "],
];

// marked is a text with a mark at the beginning of the paragraph in which somebody is,
// in place of one that is there; and where they are then.
export function marked(text, at, mark) {
  const before = text.slice(0, at);
  const gap = [...before.matchAll(/\n[ \t]*\n/g)].pop();
  let start = gap ? gap.index + gap[0].length : 0;
  while (text[start] === "\n") start += 1;
  const rest = text.slice(start);
  const old = rest.match(/^\[(observed|reported|opinion|allegation|their words)\b[^\]\n]*\][ \t]*/i)?.[0] ?? "";
  const caret = mark.indexOf("|");
  const put = mark.replace("|", "");
  const inside = caret < 0 ? Math.max(at - start - old.length, 0) + put.length : caret;
  return { text: text.slice(0, start) + put + rest.slice(old.length), at: start + inside };
}

function startMarks(page) {
  for (const place of page.querySelectorAll("[data-marks]")) {
    const box = page.getElementById(place.dataset.marks);
    if (!box) continue;
    const group = page.createElement("div");
    group.className = "app-marks";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", `Mark the paragraph that you are in: ${place.dataset.marksOf}`);
    for (const [words, mark] of MARKS) {
      const button = page.createElement("button");
      button.type = "button";
      button.className = "govuk-button govuk-button--secondary app-marks__button";
      button.textContent = words;
      button.setAttribute("aria-controls", box.id);
      button.addEventListener("click", () => {
        const next = marked(box.value, box.selectionStart ?? box.value.length, mark);
        box.value = next.text;
        box.focus();
        box.setSelectionRange(next.at, next.at);
        box.dispatchEvent(new Event("input", { bubbles: true }));
      });
      group.append(button);
    }
    place.append(group);
  }
}

// What the server points out in what was just saved, by field: [{words, say}]. It is told
// below the field, and again only when it changes.
export function showRemarks(form, remarks) {
  if (!remarks) return;
  for (const place of form.querySelectorAll("[data-remarks]")) {
    const list = remarks[place.dataset.remarks] ?? [];
    const now = JSON.stringify(list);
    if (place.dataset.shown === now || (list.length === 0 && place.childElementCount === 0)) continue;
    place.dataset.shown = now;
    place.replaceChildren();
    if (list.length === 0) continue;
    const head = document.createElement("p");
    head.className = "govuk-body-s app-remarks__head";
    head.textContent = "Wording to look at. It can stay as it is.";
    const items = document.createElement("ul");
    items.className = "govuk-list govuk-list--bullet govuk-body-s";
    for (const { words, say } of list) {
      const item = document.createElement("li");
      const strong = document.createElement("strong");
      strong.textContent = words;
      item.append(strong, `: ${say}`);
      items.append(item);
    }
    place.append(head, items);
  }
}

export function startWriting(page = document) {
  startAnew(page);
  startMarks(page);
}
