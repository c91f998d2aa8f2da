// A map that is opened on tap: lines and the places on them on plain ground, or on 天地图 where the office has
// a key. Its positions are WGS 84, which 天地图 takes as they are (GCJ-02 maps would need a shift).
import 'leaflet/dist/leaflet.css';
import '../styles/map.scss';
import L from 'leaflet';
import type { Feature, FeatureCollection } from 'geojson';

const GROUND = ['vec', 'cva'];
const CLOSEST = 18;
/** Pixels that lines keep away from the left and the top: marks do not hide below the buttons, large as they are in 长辈版. */
const BESIDE_THE_BUTTONS: L.PointTuple = [96, 28];

function tiles(layer: string, key: string, credit: string): L.TileLayer {
  const asked = `SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=${layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles`;
  return L.tileLayer(
    `https://t{s}.tianditu.gov.cn/${layer}_w/wmts?${asked}&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=${encodeURIComponent(key)}`,
    // The key is bound to the office's own address, which 天地图 reads from the referrer.
    { subdomains: '01234567', maxZoom: CLOSEST, referrerPolicy: 'origin', attribution: credit },
  );
}

/** Names are people's words: they become text, never markup. */
function text(tag: string, words: unknown): HTMLElement {
  const found = document.createElement(tag);
  found.textContent = String(words ?? '');
  return found;
}

function told(properties: Feature['properties']): HTMLElement {
  const box = document.createElement('div');
  box.append(text('b', properties?.name));
  if (properties?.detail) box.append(text('div', properties.detail));
  return box;
}

function mark(properties: Feature['properties'], at: L.LatLng): L.Marker {
  const size: L.PointTuple = [32, 32];
  const className = `x-map__stop x-map__stop--${properties?.kind === 'end' ? 'end' : 'on-way'}`;
  return L.marker(at, { icon: L.divIcon({ html: text('span', properties?.label), className, iconSize: size }), title: String(properties?.name ?? '') });
}

/** The names of several lines, in the order of their numbers: below the map they cannot cover each other. */
export function namesOf(data: FeatureCollection): HTMLElement | null {
  const lines = data.features.filter((one) => one.properties?.kind === 'line');
  if (lines.length < 2) return null;
  const list = document.createElement('ol');
  list.className = 'x-map-names';
  for (const one of lines) {
    const row = document.createElement('li');
    row.append(told(one.properties));
    list.append(row);
  }
  return list;
}

/** Draw what `data` holds into `box`, whose data-attributes are the words and the key. */
export function drawMap(box: HTMLElement, data: FeatureCollection, words: DOMStringMap): L.Map {
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const map = L.map(box, {
    zoomControl: false,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    // The wheel goes on scrolling the page.
    scrollWheelZoom: false,
    maxZoom: CLOSEST,
    // Tiles want whole steps, a plain ground fills the box.
    zoomSnap: words.ground ? 1 : 0.25,
  });
  L.control.zoom({ zoomInTitle: words.in ?? '', zoomOutTitle: words.out ?? '' }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
  if (words.ground) for (const layer of GROUND) tiles(layer, words.ground, words.credit ?? '').addTo(map);
  const drawn = L.geoJSON(data, {
    style: { className: 'x-map__line' },
    pointToLayer: (feature, at) => mark(feature.properties, at),
    onEachFeature: (feature, layer) => layer.bindPopup(told(feature.properties), { closeButton: false }),
  }).addTo(map);
  const bounds = drawn.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { paddingTopLeft: BESIDE_THE_BUTTONS, paddingBottomRight: [28, 28], animate: false });
  return map;
}
