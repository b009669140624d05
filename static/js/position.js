// "Use my position" fills the place of a form; asked for by a press only, and never sent before the form is. What was marked
// can be taken away again.
export function start(picker) {
  const button = picker.querySelector("[data-position]");
  const state = picker.querySelector("[data-position-state]");
  const lat = document.getElementById(picker.dataset.lat);
  const lon = document.getElementById(picker.dataset.lon);
  const map = picker.querySelector("[data-map]");
  const remove = picker.querySelector("[data-unmark]");

  if ("geolocation" in navigator) button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(found, denied, { timeout: 10000 }));
  picker.querySelector("[data-unmark-box]")?.remove();
  lat.addEventListener("input", marked);
  remove?.addEventListener("click", unmark);
  marked();
  map?.addEventListener("place:chosen", (event) => put(event.detail.lat, event.detail.lon, picker.dataset.chosen));

  function found({ coords }) {
    put(coords.latitude, coords.longitude, picker.dataset.found);
    map?.dispatchEvent(new CustomEvent("place:show", { detail: { lat: coords.latitude, lon: coords.longitude } }));
  }

  function denied() {
    state.textContent = picker.dataset.denied;
  }

  function put(latitude, longitude, words) {
    fill(latitude.toFixed(5), longitude.toFixed(5), words);
  }

  function unmark() {
    map?.dispatchEvent(new CustomEvent("place:removed"));
    (picker.querySelector("input:not([type=hidden])") ?? button).focus();
    fill("", "", picker.dataset.removed);
  }

  function fill(latitude, longitude, words) {
    [lat.value, lon.value] = [latitude, longitude];
    lat.dispatchEvent(new Event("input", { bubbles: true }));
    state.textContent = words;
  }

  function marked() {
    if (remove) remove.hidden = !lat.value;
  }
}
