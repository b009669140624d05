// Keeps what somebody types: in this browser at once, and as a draft on the server a moment later. What has arrived is
// forgotten here: when a draft was saved, or when a page says so (data-kept-done="key"). Files go along once, to a form
// whose draft takes them (data-autosave-files); what is said of saving names those that did not.
const WAIT = 1500;
const tried = new WeakSet();

export function start(form) {
  if (form.dataset.keptDone) { sessionStorage.removeItem(`kept:${form.dataset.keptDone}`); return; }
  const key = `kept:${form.dataset.keep || location.pathname}`;
  const state = form.querySelector("[data-saved-state]") ?? document.querySelector("[data-saved-state]");
  let timer;
  let sending = false;
  let again = false;
  let fault = "";
  restore(form, key, state);
  if (form.dataset.autosaveUrl && form.querySelector("[name$='-kept']")) timer = setTimeout(save, WAIT);

  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(read(form)));
    if (!form.dataset.autosaveUrl) return;
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!event.defaultPrevented) sessionStorage.setItem(`sent:${key}`, "yes");
  });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && detail.elt === form) sessionStorage.removeItem(key);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && timer) save();
  });

  async function save() {
    clearTimeout(timer);
    timer = undefined;
    if (form.dataset.sent) return;
    if (sending) { again = true; return; }
    sending = true;
    say(state, state?.dataset.saving);
    try {
      await send();
    } catch {
      say(state, state?.dataset.kept);
      timer = setTimeout(save, WAIT * 10);
    } finally {
      sending = false;
      if (again) { again = false; timer = setTimeout(save, WAIT); }
    }
  }

  async function send() {
    const sent = sessionStorage.getItem(key);
    const files = "autosaveFiles" in form.dataset ? chosen(form).filter((file) => !tried.has(file)) : [];
    const answer = await fetch(form.dataset.autosaveUrl, {
      method: "POST", body: withFiles(form, files), redirect: "manual", headers: { Accept: "application/json" },
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      say(state, state?.dataset.signedOut);
      return;
    }
    if (!answer.ok) throw new Error(`draft not saved: ${answer.status}`);
    const draft = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (draft.autosave_url) form.dataset.autosaveUrl = draft.autosave_url;
    if (draft.version && form.elements.version) form.elements.version.value = draft.version;
    if (draft.action) {
      form.action = draft.action;
      history.replaceState(null, "", draft.action);
    }
    if (draft.saved_at && sessionStorage.getItem(key) === sent) sessionStorage.removeItem(key);
    files.forEach((file) => tried.add(file));
    if (files.length) fault = draft.fault;
    for (const [name, html] of Object.entries(draft.parts ?? {})) exchange(form, name, html);
    const unsaved = chosen(form).length ? fault || state?.dataset.unsaved : "";
    say(state, `${state?.dataset.saved.replace("{time}", clock(draft.saved_at))}${unsaved ? `. ${unsaved}` : ""}`);
  }
}

function clock(moment) {
  const at = moment ? new Date(moment) : new Date();
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return document.documentElement.lang === "da" ? `${hours}.${minutes}` : `${hours}:${minutes}`;
}

function say(state, words) {
  if (state && words && state.textContent !== words) state.textContent = words;
}

function chosen(form) {
  return [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
}

function withFiles(form, files) {
  const data = new FormData(form);
  for (const field of form.querySelectorAll("input[type=file]")) {
    data.delete(field.name);
    for (const file of field.files) if (files.includes(file)) data.append(field.name, file);
  }
  return data;
}

// A file that was saved is shown as the draft's own, with what can be done about it.
function exchange(form, name, html) {
  const part = form.querySelector(`[data-part="${name}"]`);
  if (!part) return;
  const held = part.contains(document.activeElement);
  part.outerHTML = html;
  if (held) form.querySelector(`[data-part="${name}"] input:not([type=hidden])`)?.focus();
}

// Fields worth keeping: never passwords, files or tokens.
function kept(form) {
  return [...form.elements].filter((field) => field.name && !["csrf_token", "once", "version"].includes(field.name) &&
    !["password", "file", "submit", "button", "fieldset"].includes(field.type) &&
    (field.type !== "hidden" || field.closest("[data-place-picker]")));
}

function read(form) {
  return kept(form).map((field) => [field.name, field.value, Boolean(field.checked)]);
}

function restore(form, key, state) {
  if (arrived(form, key)) sessionStorage.removeItem(key);
  sessionStorage.removeItem(`sent:${key}`);
  const text = sessionStorage.getItem(key);
  if (!text || form.querySelector(".form-error")) return;
  const values = JSON.parse(text);
  let changed = false;
  for (const field of kept(form)) {
    const choice = ["radio", "checkbox"].includes(field.type);
    const found = values.find(([name, value]) => name === field.name && (!choice || value === field.value));
    if (!found) continue;
    const [, value, checked] = found;
    if (choice ? field.checked !== checked : field.value !== value && value !== "") {
      if (choice) field.checked = checked; else field.value = value;
      changed = true;
      field.dispatchEvent(new Event("input"));
    }
  }
  if (changed) say(state, state?.dataset.restored);
}

// What was sent has arrived when the form is opened anew, empty: not by the back button, not with errors,
// and no error page (static/js/unsent.js) came in between.
function arrived(form, key) {
  const [way] = performance.getEntriesByType("navigation");
  return sessionStorage.getItem(`sent:${key}`) && way?.type === "navigate" && !form.querySelector(".form-error");
}
