// Leaflet with outlines and clustered points that open lists. The list beside the map says the same without it.
const VENDOR = new URL("../vendor", import.meta.url).href;
const MOST_IN_A_LIST = 12;
let library;

export async function start(box) {
  if (!box.dataset.outlinesUrl && !box.dataset.tiles) return withoutGround(box);
  box.hidden = false;
  try {
    await (library ??= load());
    await draw(box, window.L);
  } catch (fault) {
    box.textContent = box.dataset.failed ?? "";
    box.classList.add("map-failed");
    console.warn("The map could not be loaded.", fault);
  }
}

async function load() {
  await script(`${VENDOR}/leaflet/leaflet.js`);
  await script(`${VENDOR}/leaflet.markercluster/leaflet.markercluster.js`);
}

function script(src) {
  const nonce = document.querySelector("script[nonce]")?.nonce;
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src, nonce, onload: resolve, onerror: reject });
    document.head.append(element);
  });
}

async function draw(box, L) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, { zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, scrollWheelZoom: false, maxZoom: 18, attributionControl: Boolean(box.dataset.tiles),
    zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still }).setView([56.2, 10.0], 8);
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution }).addTo(map);
  const bounds = L.latLngBounds([]);
  const ground = box.dataset.outlinesUrl && await outlines(box, L, map);
  if (ground) bounds.extend(near(ground, (box.dataset.near ?? "").split(" "), L));
  if (!bounds.isValid() && !box.dataset.tiles) {
    withoutGround(box, map);
    return;
  }
  if (box.dataset.url) bounds.extend((await points(box, L, map)).getBounds());
  if (bounds.isValid()) show(map, bounds);
  if ("pick" in box.dataset) pick(box, L, map, ground);
}

function show(map, bounds) {
  map.fitBounds(bounds, { paddingTopLeft: [64, 24], paddingBottomRight: [24, 24], animate: false });
}

// The bounds of the outlines with these codes; of all where none has one.
function near(ground, codes, L) {
  const shapes = ground.getLayers().filter(({ feature }) => codes.includes(feature.properties.code));
  return shapes.length ? L.featureGroup(shapes).getBounds() : ground.getBounds();
}

// Points on nothing say nothing: without outlines and tiles the list beside the map does.
function withoutGround(box, map) {
  map?.remove();
  box.hidden = true;
  box.closest(".map-figure")?.setAttribute("hidden", "");
  box.closest(".map-and-list")?.classList.add("map-and-list-plain");
}

async function json(url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

async function outlines(box, L, map) {
  const choosing = "pick" in box.dataset;
  const layer = L.geoJSON(await json(box.dataset.outlinesUrl), {
    style: ({ properties }) => ({
      className: `outline${properties.count ? " outline-open" : ""}${properties.code === box.dataset.chosen ? " outline-chosen" : ""}`,
    }),
    onEachFeature: ({ properties }, shape) => {
      if (properties.name) shape.bindTooltip(properties.name, { sticky: true, className: "map-name" });
      if (properties.href && !choosing) shape.on("click", () => location.assign(properties.href));
    },
  });
  return layer.addTo(map);
}

async function points(box, L, map) {
  const clusters = L.markerClusterGroup({
    showCoverageOnHover: false, zoomToBoundsOnClick: false, spiderfyOnMaxZoom: false, animate: false, maxClusterRadius: 80,
    iconCreateFunction: (cluster) => icon(L, "cluster", cluster.getChildCount(), box.dataset.clusterLabel),
  });
  const data = await json(box.dataset.url);
  for (const { geometry, properties } of data.features) {
    const [lon, lat] = geometry.coordinates;
    const marker = L.marker([lat, lon], { icon: icon(L, properties.kind ?? "place"), alt: properties.title, title: properties.title });
    marker.place = properties;
    marker.bindPopup(() => list([properties], box));
    clusters.addLayer(marker);
  }
  clusters.on("clusterclick clusterkeypress", ({ layer, originalEvent, type }) => {
    if (type === "clusterkeypress" && ![" ", "Enter"].includes(originalEvent?.key)) return;
    const places = layer.getAllChildMarkers().map((marker) => marker.place);
    if (places.length > MOST_IN_A_LIST && map.getZoom() < map.getMaxZoom() - 1) map.fitBounds(layer.getBounds(), { padding: [24, 24] });
    else L.popup().setLatLng(layer.getLatLng()).setContent(list(places, box)).openOn(map);
  });
  return map.addLayer(clusters) && clusters;
}

function icon(L, kind, count, words) {
  const html = document.createElement("span");
  html.className = `map-stone map-stone-${kind}`;
  if (count) {
    const spoken = Object.assign(document.createElement("span"), { className: "sr-only" });
    spoken.textContent = (words ?? "{n}").replace("{n}", count);
    const shown = Object.assign(document.createElement("span"), { textContent: count });
    shown.setAttribute("aria-hidden", "true");
    html.append(shown, spoken);
  }
  const size = count ? 40 : 28;
  return L.divIcon({ html, className: "map-icon", iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
}

function list(places, box) {
  const element = document.createElement("ul");
  element.className = "map-popup";
  for (const { title, href } of places.slice(0, MOST_IN_A_LIST)) {
    const link = Object.assign(document.createElement("a"), { href, textContent: title });
    element.append(Object.assign(document.createElement("li"), {}));
    element.lastChild.append(link);
  }
  if (places.length > MOST_IN_A_LIST) {
    const more = document.createElement("li");
    more.textContent = (box.dataset.more ?? "+{n}").replace("{n}", places.length - MOST_IN_A_LIST);
    element.append(more);
  }
  return element;
}

// Choosing a place: by pointing, by dragging the mark, or by Enter in the middle of the map.
function pick(box, L, map, ground) {
  const picker = box.closest("[data-place-picker]");
  const [lat, lon] = ["lat", "lon"].map((name) => Number(document.getElementById(picker.dataset[name])?.value || NaN));
  let marker;

  function put(place, tell = true) {
    if (!marker) {
      marker = L.marker(place, { icon: icon(L, "chosen"), draggable: true, keyboard: false }).addTo(map);
      marker.on("dragend", () => put(marker.getLatLng()));
    }
    marker.setLatLng(place);
    const { lat: latitude, lng: longitude } = marker.getLatLng();
    if (tell) box.dispatchEvent(new CustomEvent("place:chosen", { detail: { lat: latitude, lon: longitude } }));
  }

  if (Number.isFinite(lat) && Number.isFinite(lon)) {
    put([lat, lon], false);
    if (!map.getBounds().contains([lat, lon])) show(map, map.getBounds().extend([lat, lon]));
  }
  const of = document.getElementById(box.dataset.of);
  const codes = JSON.parse(box.dataset.codes ?? "{}");
  if (ground) of?.addEventListener("change", () => show(map, near(ground, [codes[of.value]], L)));
  map.on("click", ({ latlng }) => put(latlng));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== box) return;
    event.preventDefault();
    put(map.getCenter());
  });
  box.addEventListener("place:removed", () => {
    marker?.remove();
    marker = undefined;
  });
  box.addEventListener("place:show", ({ detail }) => {
    put([detail.lat, detail.lon], false);
    map.setView([detail.lat, detail.lon], 13);
  });
}
