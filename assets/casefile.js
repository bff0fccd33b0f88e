// The one script of every page. Each part is an enhancement: the page is whole
// without it, and a failure of one part must not take the next one down.
import { initAll as startGovuk } from "./govuk-frontend.min.js";
import { initAll as startMoj } from "./moj-frontend.min.js";
import { startAutosave } from "./autosave.js";
import { startTrays } from "./trays.js";
import { startWriting } from "./writing.js";

// What people type comes first: no other part may keep it from being saved.
for (const start of [startAutosave, startGovuk, startMoj, startTrays, startWriting]) {
  try {
    start();
  } catch (problem) {
    console.error(problem);
  }
}

// A page that answers a form, and can be had again by an address, takes that
// address, so that coming back to it does not ask to send the form again.
const answered = document.querySelector("[data-history]");
if (answered) history.replaceState(null, "", answered.dataset.history);

// A slider says the day at which it stands while it moves, and shows it when it is
// let go. By key it waits a little, so that it can be walked along.
for (const form of document.querySelectorAll("[data-slide]")) {
  const days = form.dataset.slide.split("|");
  const range = form.querySelector("input[type=range]");
  const said = form.querySelector("output");
  let later;
  range.addEventListener("input", () => {
    said.textContent = days[range.value];
    range.setAttribute("aria-valuetext", days[range.value]);
  });
  range.addEventListener("change", () => {
    clearTimeout(later);
    later = setTimeout(() => form.requestSubmit(), 700);
  });
}
