// "Use my position" fills the place of a form; asked for by a press only, and never sent before the form is.
export function start(picker) {
  const button = picker.querySelector("[data-position]");
  const state = picker.querySelector("[data-position-state]");
  const lat = document.getElementById(picker.dataset.lat);
  const lon = document.getElementById(picker.dataset.lon);
  const map = picker.querySelector("[data-map]");

  if ("geolocation" in navigator) button.hidden = false;
  button.addEventListener("click", () => navigator.geolocation.getCurrentPosition(found, denied, { timeout: 10000 }));
  map?.addEventListener("place:chosen", (event) => put(event.detail.lat, event.detail.lon, picker.dataset.chosen));

  function found({ coords }) {
    put(coords.latitude, coords.longitude, picker.dataset.found);
    map?.dispatchEvent(new CustomEvent("place:show", { detail: { lat: coords.latitude, lon: coords.longitude } }));
  }

  function denied() {
    state.textContent = picker.dataset.denied;
  }

  function put(latitude, longitude, words) {
    lat.value = latitude.toFixed(5);
    lon.value = longitude.toFixed(5);
    lat.dispatchEvent(new Event("input", { bubbles: true }));
    state.textContent = words;
  }
}
