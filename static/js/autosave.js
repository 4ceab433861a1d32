// Saves a draft while it is written: two seconds after the last key, when a field is left, and when the page is left.
//
// <form data-autosave-url="…"> posts all its fields there. The server answers 200 with {"version": …, "saved_at": "14:05",
// "refused": {"themes": "why"}} (version goes into the field named "version"; what is refused is not stored, and its field
// says so), or 409 when somebody else saved in between. Nothing typed is ever
// taken off the page: on a clash, a sign-out or a lost line the status says so and the text stays.
"use strict";
(() => {
  const IDLE = 2000;
  const LONGEST_WAIT = 60000;
  const LONGEST_SUBMIT = 5000;
  const LONGEST_KEEPALIVE = 60000; // browsers refuse to outlive a page with more than 64 kB

  class Autosave {
    constructor(form) {
      this.form = form;
      this.status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
      this.saved = this.body();
      this.sent = this.saved;
      this.wait = IDLE;
      this.stopped = false;
      this.busy = null;
      form.addEventListener("input", () => this.later(IDLE));
      form.addEventListener("focusout", () => this.save());
      form.addEventListener("submit", (event) => this.submit(event));
      window.addEventListener("pagehide", () => this.leave());
      window.addEventListener("pageshow", (event) => { if (event.persisted) this.stopped = false; });
      window.addEventListener("online", () => this.save());
      window.addEventListener("beforeunload", (event) => { if (!this.stopped && this.status?.dataset.state === "failed") event.preventDefault(); });
    }

    body() {
      const data = new FormData(this.form);
      // A file is sent when the form is sent, not with every pause.
      return new URLSearchParams([...data].filter(([, value]) => typeof value === "string")).toString();
    }

    later(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), wait); }

    say(state, extra = "") {
      if (!this.status) return;
      this.status.dataset.state = state;
      const words = { saved: "saved", saving: "saving", failed: "failed", clash: "clash", "signed-out": "signedOut" };
      this.status.textContent = `${this.status.dataset[words[state]]} ${extra}`.trim();
    }

    // A field that was not stored says so itself: the line at the edge of the page is read too late, or not at all.
    mark(refused) {
      this.form.querySelectorAll("[data-refused]").forEach((old) => {
        const control = document.getElementById(old.dataset.refused);
        if (control) this.describe(control, old.id, false);
        old.remove();
      });
      for (const [name, why] of Object.entries(refused || {})) {
        const control = this.form.querySelector(`[name="${CSS.escape(name)}"]`);
        const field = control?.closest(".field");
        if (!field || field.classList.contains("has-error")) continue;
        const note = document.createElement("p");
        note.className = "field-error not-stored";
        note.id = `not_stored_${control.id}`;
        note.dataset.refused = control.id;
        note.textContent = `${this.status?.dataset.notStored || ""} ${why}`.trim();
        field.append(note);
        this.describe(control, note.id, true);
      }
    }

    describe(control, id, isOn) {
      const ids = new Set((control.getAttribute("aria-describedby") || "").split(" ").filter(Boolean));
      if (isOn) ids.add(id); else ids.delete(id);
      if (ids.size) control.setAttribute("aria-describedby", [...ids].join(" ")); else control.removeAttribute("aria-describedby");
    }

    headers() {
      const token = this.form.querySelector("[name=csrfmiddlewaretoken]");
      return { "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token ? token.value : "" };
    }

    // A form that is sent while it saves itself would clash with itself: it waits for the answer, and is sent then.
    submit(event) {
      this.stopped = true;
      clearTimeout(this.timer);
      if (!this.busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const late = new Promise((done) => { setTimeout(done, LONGEST_SUBMIT); });
      Promise.race([this.busy, late]).then(() => { this.busy = null; this.form.requestSubmit(event.submitter); });
    }

    save() {
      clearTimeout(this.timer);
      const body = this.body();
      if (this.stopped || body === this.saved) return;
      if (this.busy) { this.later(IDLE); return; }
      this.say("saving");
      this.sent = body;
      this.busy = this.send(body);
    }

    async send(body) {
      try {
        const answer = await fetch(this.form.dataset.autosaveUrl, { method: "POST", body, headers: this.headers(), redirect: "manual" });
        await this.heard(answer, body);
      } catch {
        this.sent = this.saved;
        this.say("failed");
        this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
        if (!this.stopped) this.later(this.wait);
      } finally {
        this.busy = null;
      }
    }

    async heard(answer, body) {
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) { this.say("signed-out"); return; }
      if (answer.status === 409) { this.stopped = true; this.say("clash"); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      const version = this.form.elements.namedItem("version");
      if (version && told.version !== undefined) version.value = told.version;
      this.saved = version ? this.merged(body, version.value) : body;
      this.sent = this.saved;
      this.wait = IDLE;
      this.mark(told.refused);
      this.say("saved", told.saved_at || new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
      document.dispatchEvent(new CustomEvent("mst:kept-alive"));
      if (this.body() !== this.saved) this.later(IDLE);
    }

    merged(body, version) {
      const params = new URLSearchParams(body);
      params.set("version", version);
      return params.toString();
    }

    // What was typed since the save that is on its way has no later moment: the server takes it as the same page's.
    leave() {
      const body = this.body();
      if (this.stopped || body === this.sent) return;
      const keepalive = body.length < LONGEST_KEEPALIVE;
      fetch(this.form.dataset.autosaveUrl, { method: "POST", body, headers: this.headers(), keepalive }).catch(() => {});
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-autosave-url]").forEach((form) => new Autosave(form));
  });
})();
