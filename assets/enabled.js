// Loaded at the top of the body, before anything is drawn, so that nobody sees
// the page change shape. The design system prints this line into the page; our
// content security policy allows no script there, so it is a file.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
