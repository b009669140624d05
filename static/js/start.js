// Brings in each behaviour where the page has something for it; the page works without any of them.
const behaviours = [
  ["[data-guard]", "./guard.js"],
  ["[data-focus]", "./focus.js"],
  ["[data-keep], [data-autosave-url], [data-kept-done]", "./autosave.js"],
  ["[data-unsent]", "./unsent.js"],
  ["[data-counter]", "./counter.js"],
  ["[data-map]", "./map.js"],
  ["[data-place-picker]", "./position.js"],
  ["[data-desk]", "./desk.js"],
  ["[data-more-filters]", "./filters.js"],
  [".site-menu", "./menu.js"],
  [".action-bar", "./bar.js"],
  ["[hx-get], [hx-post]", "./swaps.js"],
];

async function start(root) {
  for (const [selector, file] of behaviours) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    if (!found.length) continue;
    const behaviour = await import(file);
    found.filter((element) => claim(element, file)).forEach((element) => behaviour.start(element));
  }
}

function claim(element, file) {
  const started = (element.startedBehaviours ??= new Set());
  return started.has(file) ? false : Boolean(started.add(file));
}

start(document.documentElement);
document.addEventListener("htmx:load", (event) => start(event.detail.elt));
