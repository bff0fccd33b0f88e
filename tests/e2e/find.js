// Finds what a person means by words they read, and where to point at it. What
// cannot be seen, or is kept from the keyboard and the screen reader, is not
// there. The answer is one thing, or the reason why it is not one.
(want) => {
  if (document.readyState !== "complete") return { wrong: "the page is still loading" };

  const plain = (s) => (s ?? "").replace(/\s+/g, " ").trim();
  const shown = (el) =>
    el.checkVisibility({ visibilityProperty: true }) && !el.closest("[aria-hidden='true'], [inert]");
  const name = (el) => plain(el.getAttribute("aria-label") ?? el.textContent);
  const inGroup = (el) => {
    if (!want.group) return true;
    const legend = el.closest("fieldset")?.querySelector("legend");
    return legend !== null && legend !== undefined && plain(legend.textContent) === want.group;
  };
  const labels = (controls) =>
    [...document.querySelectorAll("label")].filter(
      (label) => label.control?.matches(controls) && shown(label) && inGroup(label.control),
    );

  let found;
  switch (want.kind) {
    case "button":
      found = [...document.querySelectorAll("button, input[type=submit], a[role=button]")].filter(shown);
      break;
    case "link":
      found = [...document.querySelectorAll("a[href]:not([role=button])")].filter(shown);
      break;
    case "field":
      found = labels("input:not([type=radio], [type=checkbox], [type=hidden]), textarea, select");
      break;
    case "choice":
      found = labels("input[type=radio], input[type=checkbox]");
      break;
  }
  if (want.names) return { names: found.map(name) };

  const fits = found.filter((el) => name(el) === want.words);
  if (fits.length !== 1) {
    return { wrong: `${fits.length} of that name; there are: ${found.map(name).join(" | ")}` };
  }
  const label = fits[0];
  const el = want.kind === "field" ? label.control : label;
  const pressed = want.kind === "choice" ? label.control : el;
  if (pressed.disabled) return { wrong: "it cannot be pressed now (disabled)" };

  el.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  // A link that runs over two lines has a box for each; its middle may be
  // beside both.
  const box = el.getClientRects()[0];
  if (!box) return { wrong: "it has no place on the page" };
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  if (!top || !(el.contains(top) || top.contains(el) || label.contains(top))) {
    return { wrong: `it is covered by ${top ? top.outerHTML.slice(0, 200) : "the edge of the window"}` };
  }

  const link = el.closest("a[href]");
  const goes = link
    ? !link.getAttribute("href").startsWith("#") && link.target !== "_blank"
    : el.matches("button, input") && el.type === "submit" && el.form !== null;
  return { x, y, goes, value: pressed.value ?? "", checked: pressed.checked ?? false };
}
