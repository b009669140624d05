// A desk by keyboard: j and k open the next and the previous and stay in the list, Enter opens and goes to what was
// opened, each verb has a letter of its own, ? shows the keys. A verb never acts on another item than the chosen one.
let stepped = null;

export function start(desk) {
  const toggle = desk.querySelector("[data-desk-keys]");
  if (toggle) {
    toggle.checked = localStorage.getItem("desk-keys") !== "off";
    toggle.addEventListener("change", () => localStorage.setItem("desk-keys", toggle.checked ? "on" : "off"));
  }
  document.addEventListener("keydown", (event) => {
    if (!desk.isConnected || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    if (toggle && !toggle.checked) return;
    if (event.key === "j" || event.key === "k") move(desk, event.key === "j" ? 1 : -1, event);
    else if (event.key === "?") showKeys(desk, event);
    else press(desk, event);
  });
  desk.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "desk-detail") return;
    const opened = event.detail.requestConfig?.elt;
    items(desk).forEach((item) => mark(item, item === opened));
    desk.classList.replace("desk-choosing", "desk-opened"); // in a narrow window what is opened stands alone
    const stays = opened === stepped && document.activeElement === opened;
    stepped = null;
    if (!stays) event.detail.target.focus({ preventScroll: true });
    const { top } = event.detail.target.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) event.detail.target.scrollIntoView({ block: "start" });
  });
}

function writing(element) {
  return element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

function items(desk) {
  return [...desk.querySelectorAll("[data-desk-item]")];
}

function mark(item, current) {
  item.closest("li")?.classList.toggle("desk-item-current", current);
  if (current) item.setAttribute("aria-current", "true");
  else item.removeAttribute("aria-current");
}

function move(desk, by, event) {
  const all = items(desk);
  if (!all.length) return;
  const from = all.includes(document.activeElement) ? document.activeElement : desk.querySelector("[data-desk-item][aria-current]");
  const at = all.indexOf(from);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  event.preventDefault();
  const item = all[next];
  if (visible(item)) {
    item.focus();
    item.scrollIntoView({ block: "nearest" });
    if ((isCurrent(item) && !stepped) || !visible(desk.querySelector(".desk-detail"))) return; // a narrow window shows the list alone
    stepped = item;
  }
  item.click();
}

function isCurrent(item) {
  return item.hasAttribute("aria-current");
}

function visible(element) {
  return element.getClientRects().length > 0;
}

function showKeys(desk, event) {
  const keys = desk.querySelector(".desk-keys");
  if (!keys) return;
  event.preventDefault();
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}

function press(desk, event) {
  const verb = [...desk.querySelectorAll("[data-key]")].find((element) => element.dataset.key === event.key);
  if (!verb || !visible(verb)) return;
  const item = items(desk).find((one) => one === document.activeElement);
  if (item && !isCurrent(item)) return; // it is not open yet: the verbs on the page are those of another
  event.preventDefault();
  verb.click();
}
