// Lets a device prove who somebody is: each form marked data-passkey asks it and then sends its answer.
"use strict";
(() => {
  const forms = document.querySelectorAll("form[data-passkey]");
  if (!forms.length || !window.webauthnJSON || !window.webauthnJSON.supported()) return;
  const failed = document.querySelector("[data-passkey-failed]");
  const options = document.getElementById("passkey-options");

  const ask = async (form) => {
    if (form.dataset.passkey === "login") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("no options");
      return webauthnJSON.get((await answer.json()).request_options);
    }
    const given = JSON.parse(options.textContent);
    if (form.dataset.passkey === "authenticate") return webauthnJSON.get(given.request_options);
    const alone = form.elements.passwordless.checked;
    const wanted = given.creation_options.publicKey.authenticatorSelection;
    wanted.residentKey = alone ? "required" : "discouraged";
    wanted.requireResidentKey = alone;
    if (alone) wanted.userVerification = "required";
    return webauthnJSON.create(given.creation_options);
  };

  forms.forEach((form) => {
    let answered = false;
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (answered) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (failed) failed.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ask(form));
        answered = true;
        form.requestSubmit();
      } catch {
        if (failed) failed.hidden = false;
      }
    }, { capture: true });
  });
})();
