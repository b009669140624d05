// What must be seen first is given the focus: the summary of errors after a form was sent.
export function start(element) {
  element.focus({ preventScroll: false });
  element.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const named = field.labels?.[0] ?? field;
    named.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  });
}
