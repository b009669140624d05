// Small swaps by htmx: after a swap the focus stays in what was swapped, what it says anew is said aloud, and an error page is shown whole.
let listening = false;

export function start() {
  if (listening) return;
  listening = true;
  const voice = Object.assign(document.createElement("p"), { className: "sr-only", role: "status" });
  document.body.append(voice);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status === 422) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (xhr.status >= 400) {
      showWhole(event.detail.elt);
    }
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const { target, elt } = event.detail;
    const swapped = document.getElementById(target.id) ?? elt;
    if (swapped) voice.textContent = [...swapped.querySelectorAll("[data-said]")].map(words).join(". ");
    if (document.activeElement !== document.body || !swapped) return;
    const next = swapped.querySelector("button, a[href], input, [tabindex]") ?? swapped;
    next.focus({ preventScroll: true });
  });
}

function words(element) {
  return element.textContent.trim().replace(/\s+/g, " ");
}

// What went wrong belongs to a page: the form or link is followed as if there were no swap.
function showWhole(element) {
  const form = element.closest("form");
  if (form) form.submit();
  else if (element.href) location.assign(element.href);
}
