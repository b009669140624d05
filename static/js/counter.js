// Says how many characters are left under a text; spoken only when the writer pauses.
export function start(group) {
  const field = group.querySelector("textarea");
  const text = group.querySelector("[data-counter-text]");
  const most = Number(group.dataset.counter);
  const spoken = document.createElement("span");
  spoken.className = "sr-only";
  spoken.setAttribute("role", "status");
  text.setAttribute("aria-hidden", "true");
  text.after(spoken);
  let pause;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);

  function show() {
    // The server counts a line break as two characters, as the browser sends it.
    const left = most - field.value.replace(/\r?\n/g, "\r\n").length;
    const words = left < 0 ? group.dataset.over : group.dataset.left;
    text.textContent = words.replace("{n}", numbers.format(Math.abs(left)));
    text.classList.toggle("limit-exceeded", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = text.textContent; }, 1200);
  }

  field.addEventListener("input", show);
  show();
}
