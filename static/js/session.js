// Says two minutes before it happens that the session will end, and lets the person stay.
"use strict";
(() => {
  const WARNING = 120;
  const panel = document.querySelector("[data-session-seconds]");
  if (!panel) return;
  const seconds = Number(panel.dataset.sessionSeconds);
  const stay = panel.querySelector("[data-session-stay]");
  const text = panel.querySelector("[data-session-text]");
  const signIn = panel.querySelector("[data-session-sign-in]");
  let ends;
  let returnTo = null;

  const restart = () => { ends = Date.now() + seconds * 1000; panel.hidden = true; };
  const over = () => { text.textContent = panel.dataset.sessionOver; stay.hidden = true; signIn.hidden = false; panel.hidden = false; };

  // A clock and not one long timer: a laptop that slept must not think that no time went by.
  setInterval(() => {
    const left = (ends - Date.now()) / 1000;
    if (left <= 0) over();
    else if (left <= WARNING && panel.hidden) { returnTo = document.activeElement; panel.hidden = false; panel.focus(); }
  }, 5000);

  stay.addEventListener("click", async () => {
    try {
      const answer = await fetch(panel.dataset.sessionKeepAlive, { headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "manual" });
      if (!answer.ok) { over(); return; }
      restart();
      if (returnTo) returnTo.focus();
    } catch { over(); }
  });
  document.addEventListener("mst:kept-alive", restart);
  restart();
})();
