// A form is sent once, however often its button is pressed.
export function start(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 15000);
  });
  form.addEventListener("htmx:afterRequest", () => release(form));
}

// Coming back by the back button, the form can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(release));

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}
