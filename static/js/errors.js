// Moves the focus to the error summary after a refused form, on a full page and after an htmx swap.
"use strict";
(() => {
  const reach = (root) => {
    const summary = root.querySelector("[data-error-summary]");
    if (!summary) return;
    if (!document.title.startsWith("(!) ")) document.title = `(!) ${document.title}`;
    summary.focus();
  };
  document.addEventListener("DOMContentLoaded", () => reach(document));
  document.addEventListener("htmx:afterSettle", (event) => reach(event.target));
})();
