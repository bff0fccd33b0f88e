// The tabs of My work say how much waits in each tray. While somebody works on the page,
// and when they come back to it, the numbers are asked for again, quietly. Nothing is
// asked once they have stopped: what a script asks for must not keep them signed in.
//
// GET data-trays answers {"tray": "(3, 1 late)"}; anything else changes nothing.
export const EVERY = 15_000; // milliseconds
export const WORKING = 60_000; // since the last key or movement

const machine = {
  now: () => Date.now(),
  every: (f, ms) => setInterval(f, ms),
  get: (url) => fetch(url, { headers: { Accept: "application/json" } }),
};

export function startTrays(page = document, { now, every, get } = machine) {
  const tabs = page.querySelector("[data-trays]");
  if (!tabs) return;
  let last = now();
  const ask = async () => {
    if (page.visibilityState === "hidden") return;
    try {
      const answer = await get(tabs.dataset.trays);
      if (!answer.ok) return;
      const counts = await answer.json();
      for (const place of tabs.querySelectorAll("[data-tray]")) {
        const words = counts[place.dataset.tray];
        if (words !== undefined && words !== place.textContent) place.textContent = words;
      }
    } catch {
      // The numbers stay as they were; the page itself is asked for anew as ever.
    }
  };
  for (const kind of ["pointermove", "keydown", "scroll"]) {
    page.addEventListener(kind, () => (last = now()), { passive: true });
  }
  page.addEventListener("visibilitychange", () => {
    if (page.visibilityState === "hidden") return;
    last = now();
    ask();
  });
  every(() => {
    if (now() - last < WORKING) ask();
  }, EVERY);
}
