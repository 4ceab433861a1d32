// Holds back a second press of a button while the first is on its way; the server copes with one anyway.
"use strict";
(() => {
  const BUSY = "data-busy";
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-may-repeat")) return;
    if (form.hasAttribute(BUSY)) { event.preventDefault(); return; }
    if (event.defaultPrevented) return;
    form.setAttribute(BUSY, "");
    // After the browser has read the pressed button's name and value.
    setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = true; }), 0);
  });
  const free = (form) => {
    form.removeAttribute(BUSY);
    form.querySelectorAll("button:not([type=button])").forEach((button) => { button.disabled = false; });
  };
  window.addEventListener("pageshow", () => document.querySelectorAll(`form[${BUSY}]`).forEach(free));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) free(form);
  });
})();
