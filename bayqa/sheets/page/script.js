"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const years = Object.keys(data.periods);
const state = { language: data.language, year: years[years.length - 1], campaign: "annual",
  parameter: "overall", bay: null, sort: "name", down: false };
const byId = (id) => document.getElementById(id);
const word = (key) => data.words[state.language][key];
const named = (thing) => thing[state.language] || thing.zh || thing.en || thing.id;

// Text only ever enters the page as text, so names may hold any sign.
function make(tag, attrs, ...children) {
  const node = document.createElement(tag);
  return fill(node, attrs, children);
}
function draw(tag, attrs, ...children) {
  return fill(document.createElementNS(SVG, tag), attrs, children);
}
function fill(node, attrs, children) {
  for (const [key, value] of Object.entries(attrs || {})) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const period = () => state.year + "|" + state.campaign;
const cell = (bay, key, parameter) => {
  const here = (data.shares[bay.id] || {})[key || period()];
  return here ? here[parameter || state.parameter] || null : null;
};
function dominant(found) {
  if (!found) return -1;
  let best = -1;
  found.c.forEach((part, k) => {
    if (part[0] !== null && part[0] > 0 && (best < 0 || part[0] > found.c[best][0])) best = k;
  });
  return best;
}
// Half to even on the shortest decimal form, as on the printed sheets.
function rounded(value, decimals) {
  const power = 10 ** decimals, x = Number((value * power).toPrecision(12)), floor = Math.floor(x);
  const whole = x - floor === 0.5 ? floor + (floor % 2) : Math.round(x);
  return (whole / power).toFixed(decimals);
}
// Nothing is "0", a trace "<0.1", as on the printed sheets.
function percent(value) {
  if (value === null || value === undefined) return "–";
  const text = rounded(value * 100, 1);
  return Number(text) !== 0 ? text : Math.abs(value) < 1e-9 ? "0" : "<0.1";
}
const square = (km2) => km2 === null ? "–" : km2 < 1e-9 ? "0" : km2 < 0.005 ? "<0.01" : rounded(km2, 2);
// Whole percents, unless rounding would leave the share outside its own interval.
function range(share, low, high) {
  if (low === null || high === null || low === undefined || share === null) return "–";
  const ends = (decimals) => [rounded(low * 100, decimals), rounded(high * 100, decimals)];
  const whole = ends(0), printed = Number(rounded(share * 100, 1));
  if (whole[0] === whole[1] && whole[0] === "0") return high < 0.0005 ? "0" : "<1";
  if (whole[0] === whole[1] && whole[0] === "100") return low < 0.9995 ? ">99" : "100";
  const holds = Number(whole[0]) <= printed && printed <= Number(whole[1]);
  return [...new Set(holds ? whole : ends(1))].join("–");
}
const rating = (bay) => (data.ratings[bay.id] || {})[period()] || null;
const good = (bay) => state.parameter === "overall" ? (data.good[bay.id] || {})[period()] || null : null;
const color = (rank) => rank < 0 ? data.not_assessed : data.categories[rank].color;
const label = (rank) => rank < 0 ? word("no_data") : named(data.categories[rank]);

function fillSelect(node, entries, chosen) {
  node.replaceChildren(...entries.map(([value, text]) => {
    const option = make("option", { value }, text);
    option.selected = value === chosen;
    return option;
  }));
}

function showControls() {
  document.documentElement.lang = state.language;
  document.title = named(data.title);
  byId("title").textContent = named(data.title);
  byId("language").textContent = word("switch");
  byId("language").lang = state.language === "zh" ? "en" : "zh";
  const note = named(data.note);
  byId("note").textContent = note;
  byId("note").hidden = !note;
  document.querySelectorAll("[data-t]").forEach((node) => { node.textContent = word(node.dataset.t); });
  fillSelect(byId("year"), years.map((year) => [year, year]), state.year);
  const campaigns = data.periods[state.year];
  if (!campaigns.some((c) => c.id === state.campaign)) state.campaign = campaigns[0].id;
  fillSelect(byId("campaign"), campaigns.map((c) => [c.id, c.id === "annual" ? word("annual") : named(c)]), state.campaign);
  fillSelect(byId("parameter"), data.parameters.map((p) => [p.id, p.id === "overall" ? word("overall") : named(p)]), state.parameter);
  const facts = [word("standard") + ": " + named(data.standard), word("run") + " " + data.run, data.date,
    word("interval_note"), word("made").replace("{version}", data.version)];
  const common = data.links.length === 0 ? [] : [make("div", {}, word("common") + " ", ...data.links.flatMap((link) =>
    [make("a", { href: link.href }, named(link)), " "]))];
  byId("footer").replaceChildren(...common, ...facts.filter(Boolean).map((text) => make("div", {}, text)));
}

function showHeadline() {
  const box = byId("headline");
  box.hidden = data.headline.length === 0;
  box.replaceChildren(...data.headline.map((row) => make("div", { class: "figure" },
    make("span", { class: "small" }, named(row)), make("b", {}, row.value + (row.unit[state.language] || "")),
    make("span", { class: "small" }, row.sub))));
}

function periodName() {
  const campaign = data.periods[state.year].find((c) => c.id === state.campaign);
  const name = word(state.campaign === "annual" ? "period_annual" : "period_campaign")
    .replace("{year}", state.year).replace("{campaign}", state.campaign === "annual" ? "" : named(campaign));
  const parameter = data.parameters.find((p) => p.id === state.parameter);
  return name + " · " + (state.parameter === "overall" ? word("overall") : named(parameter));
}

function showMap() {
  byId("map-title").textContent = word("map") + " · " + periodName();
  const svg = byId("map");
  svg.setAttribute("viewBox", "0 0 " + data.size[0] + " " + data.size[1]);
  const shapes = data.bays.map((bay) => {
    const rank = dominant(cell(bay));
    const pick = () => choose(bay.id, true);
    return draw("g", { class: "bay", id: "bay-" + bay.number, tabindex: 0, role: "button",
      "aria-pressed": String(bay.id === state.bay), "aria-label": named(bay) + ", " + label(rank),
      onclick: pick, onkeydown: (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); }
      } },
    draw("title", {}, named(bay) + " – " + label(rank)),
    draw("circle", { cx: bay.at[0], cy: bay.at[1], r: 1 }),
    draw("path", { d: bay.path, fill: color(rank), "fill-rule": "evenodd" }));
  });
  const [x, y] = barPlace();
  svg.replaceChildren(draw("path", { class: "land", d: data.land, "fill-rule": "evenodd" }), ...shapes,
    draw("path", { class: "scale", d: "M" + x + " " + (y - 6) + "V" + y + "H" + (x + data.bar.length) + "V" + (y - 6) }),
    draw("text", { x: x + data.bar.length / 2, y: y - 8, class: "bay-name scale-text", "text-anchor": "middle" }, data.bar.km + " " + word("km")));
  byId("legend").replaceChildren(
    ...data.categories.map((c) => make("span", {}, make("span", { class: "swatch", style: "background:" + c.color }), named(c))),
    make("span", {}, make("span", { class: "swatch", style: "background:" + data.not_assessed }), word("no_data")));
  placeNames();
}

// The corner where the scale bar covers no bay, or the fewest.
function barPlace() {
  const wide = data.bar.length + 24, high = 70, right = data.size[0] - wide, low = data.size[1] - high;
  const covered = ([x, y]) => data.bays.filter((bay) => bay.box[0] < x + wide && x < bay.box[2]
    && bay.box[1] < y + high && y < bay.box[3]).length;
  const best = [[0, low], [right, low], [0, 0], [right, 0]].sort((a, b) => covered(a) - covered(b))[0];
  return [best[0] + 12, best[1] + high - 14];
}

// Names keep their size on the screen; one that would cover another stays away (hover, focus and table say it).
function placeNames() {
  const svg = byId("map");
  svg.querySelectorAll(".bay-name:not(.scale-text)").forEach((node) => node.remove());
  const scale = data.size[0] / Math.max(svg.clientWidth, 1);
  const size = 13 * scale;
  svg.querySelectorAll(".scale-text").forEach((node) => node.setAttribute("font-size", size));
  svg.querySelectorAll(".bay circle").forEach((node) => node.setAttribute("r", 15 * scale));
  const [barX, barY] = barPlace();
  const taken = [{ x: barX, y: barY - 8 - size, width: data.bar.length, height: size + 10 }];
  const order = [...data.bays].sort((a, b) => (b.id === state.bay) - (a.id === state.bay) || b.extent - a.extent);
  for (const bay of order) {
    const node = draw("text", { class: "bay-name", "font-size": size, "text-anchor": "middle" }, named(bay));
    svg.append(node);
    const reach = Math.max(Math.sqrt(bay.extent) / 2, 8 * scale);
    const tries = [[0, size / 3], [0, -reach - 3 * scale], [0, reach + size], [reach + 4 * scale, size / 3, "start"], [-reach - 4 * scale, size / 3, "end"]];
    const fits = tries.some(([dx, dy, anchor]) => {
      node.setAttribute("x", bay.at[0] + dx);
      node.setAttribute("y", bay.at[1] + dy);
      node.setAttribute("text-anchor", anchor || "middle");
      const box = node.getBBox();
      const inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= data.size[0] && box.y + box.height <= data.size[1];
      return inside && !taken.some((t) => box.x < t.x + t.width && t.x < box.x + box.width && box.y < t.y + t.height && t.y < box.y + box.height);
    });
    if (fits) taken.push(node.getBBox()); else node.remove();
  }
}

function stack(found) {
  const bar = make("div", { class: "stack", "aria-hidden": "true" });
  found.c.forEach((part, k) => bar.append(make("span", { style: "width:" + (part[0] || 0) * 100 + "%;background:" + data.categories[k].color })));
  return bar;
}

function shareTable(found) {
  const head = [word("category"), word("share"), word("interval"), word("area_km2")];
  const rows = found.c.map((part, k) => make("tr", {},
    make("td", {}, make("span", { class: "swatch", style: "background:" + data.categories[k].color }), named(data.categories[k])),
    make("td", {}, percent(part[0])), make("td", {}, range(part[0], part[1], part[2])),
    make("td", {}, square(part[3]))));
  rows.push(make("tr", {}, make("td", {}, make("span", { class: "swatch empty" }), word("not_assessed")),
    make("td", {}, percent(found.n[0])), make("td", {}, "–"), make("td", {}, square(found.n[1]))));
  return make("table", { class: "shares" }, make("thead", {}, make("tr", {}, ...head.map((t) => make("th", { scope: "col" }, t)))), make("tbody", {}, ...rows));
}

function yearChart(bay) {
  const held = years.filter((year) => cell(bay, year + "|annual"));
  if (held.length < 2) return null;
  const wide = 360, high = 120, left = 34, slot = (wide - left) / held.length;
  const svg = draw("svg", { class: "trend", viewBox: "0 0 " + wide + " " + (high + 24), role: "img", "aria-label": word("years") });
  [0, 50, 100].forEach((tick) => svg.append(
    draw("line", { x1: left, x2: wide, y1: high + 4 - tick / 100 * high, y2: high + 4 - tick / 100 * high, stroke: "#c9ced3" }),
    draw("text", { x: left - 4, y: high + 8 - tick / 100 * high, "text-anchor": "end", "font-size": 10, fill: "#55595e" }, tick + "%")));
  held.forEach((year, k) => {
    const found = cell(bay, year + "|annual"), x = left + slot * k + slot * 0.2, whiskers = [];
    let foot = 0;
    found.c.forEach((part, j) => {
      const share = part[0] || 0;
      svg.append(draw("rect", { x, width: slot * 0.6, y: high + 4 - (foot + share) * high, height: share * high, fill: data.categories[j].color, stroke: "#55595e", "stroke-width": 0.5 },
        draw("title", {}, year + " " + named(data.categories[j]) + " " + percent(part[0]) + "% (" + range(part[0], part[1], part[2]) + ")")));
      if (part[1] !== null && part[2] > part[1]) {
        const at = x + slot * 0.6 * (j + 0.5) / found.c.length;
        whiskers.push(draw("path", { d: "M" + at + " " + (high + 4 - (foot + part[1]) * high) + "V" + (high + 4 - Math.min(foot + part[2], 1.03) * high), stroke: "#1b1b1b", "stroke-width": 1.2 }));
      }
      foot += share;
    });
    svg.append(...whiskers, draw("text", { x: left + slot * (k + 0.5), y: high + 19, "text-anchor": "middle", "font-size": 11 }, year));
  });
  return svg;
}

function mapFigures(bay) {
  const wanted = data.periods[state.year].filter((c) => c.id !== "annual" && (state.campaign === "annual" || c.id === state.campaign));
  const held = wanted.filter((c) => bay.images[c.id]);
  if (state.parameter !== "overall" || held.length === 0) return [];
  return [make("h3", {}, word("maps")), make("div", { class: "maps" }, ...held.map((c) => make("figure", {},
    make("img", { src: bay.images[c.id], alt: named(bay) + ", " + named(c), style: "aspect-ratio:" + bay.shape[0] + "/" + bay.shape[1] }),
    make("figcaption", {}, named(c)))))];
}

// Files of the shown period are at hand, those of other periods one step away.
function linkLists(bay) {
  if (bay.links.length === 0) return [make("p", { class: "small" }, word("no_files"))];
  const fits = (link) => !link.period || link.period === period()
    || (state.campaign === "annual" && link.period.startsWith(state.year + "|"));
  const list = (links) => make("ul", { class: "links" }, ...links.map((link) => make("li", {}, make("a", { href: link.href }, named(link)))));
  const other = bay.links.filter((link) => !fits(link));
  const rest = other.length === 0 ? [] : [make("details", {}, make("summary", {}, word("other_files") + " (" + other.length + ")"), list(other))];
  return [list(bay.links.filter(fits)), ...rest];
}

function showDetail() {
  const box = byId("detail");
  const bay = data.bays.find((b) => b.id === state.bay);
  if (!bay) {
    box.replaceChildren(make("h2", { id: "bay-title" }, word("bay")), make("p", {}, word("choose")));
    return;
  }
  const found = cell(bay), rated = rating(bay), share = good(bay);
  const nodes = [make("h2", { id: "bay-title" }, named(bay)), make("p", { class: "small" }, periodName())];
  if (rated) nodes.push(make("p", {}, word("rating") + " ", make("span", { class: "rating" }, named(rated))));
  if (share) nodes.push(make("p", {}, word("good_share") + " ", make("b", {}, percent(share[0]) + "%"),
    share[1] === null ? "" : " (" + word("interval") + " " + range(share[0], share[1], share[2]) + "%)"));
  if (found) nodes.push(stack(found), shareTable(found)); else nodes.push(make("p", {}, word("no_data")));
  nodes.push(...mapFigures(bay));
  const chart = yearChart(bay);
  if (chart) nodes.push(make("h3", {}, word("years")), chart);
  nodes.push(make("h3", {}, word("files")));
  nodes.push(...linkLists(bay));
  box.replaceChildren(...nodes);
}

const columns = () => [
  { id: "name", text: word("bay"), value: named, show: named },
  { id: "dominant", text: word("dominant"), value: (bay) => dominant(cell(bay)), show: (bay) => label(dominant(cell(bay))) },
  ...(state.parameter === "overall" ? [{ id: "good", text: word("good"), value: (bay) => (good(bay) || [null])[0],
    show: (bay) => { const g = good(bay); return g ? percent(g[0]) + (g[1] === null ? "" : " (" + range(g[0], g[1], g[2]) + ")") : "–"; } }] : []),
  ...data.categories.map((c, k) => ({ id: "c" + k, text: named(c) + " %", value: (bay) => { const f = cell(bay); return f ? f.c[k][0] : null; },
    show: (bay) => { const f = cell(bay); return f ? percent(f.c[k][0]) : "–"; } })),
  { id: "lost", text: word("not_assessed") + " %", value: (bay) => { const f = cell(bay); return f ? f.n[0] : null; },
    show: (bay) => { const f = cell(bay); return f ? percent(f.n[0]) : "–"; } },
  { id: "area", text: word("area"), value: (bay) => { const f = cell(bay); return f ? f.a : null; },
    show: (bay) => { const f = cell(bay); return f && f.a !== null ? rounded(f.a, 1) : "–"; } },
];

function compare(a, b) {
  if (typeof a === "string") return a.localeCompare(b, state.language);
  return a - b;
}

function showTable() {
  const shown = columns();
  if (!shown.some((c) => c.id === state.sort)) state.sort = "name";
  const key = shown.find((c) => c.id === state.sort);
  // What is missing stands at the end, whichever way the table is sorted.
  const missing = (bay) => { const v = key.value(bay); return v === null || v === undefined || v === -1; };
  const bays = [...data.bays].sort((a, b) => missing(a) - missing(b)
    || (state.down ? -1 : 1) * (missing(a) ? 0 : compare(key.value(a), key.value(b))) || a.number - b.number);
  const heads = shown.map((c) => make("th", { scope: "col", "aria-sort": c.id !== state.sort ? "none" : state.down ? "descending" : "ascending" },
    make("button", { type: "button", id: "sort-" + c.id, onclick: () => {
      state.down = state.sort === c.id ? !state.down : c.id !== "name";
      state.sort = c.id;
      showTable();
      byId("sort-" + c.id).focus();
    } }, c.text + (c.id === state.sort ? (state.down ? " ▼" : " ▲") : ""))));
  byId("table").tHead.replaceChildren(make("tr", {}, ...heads));
  byId("table").tBodies[0].replaceChildren(...bays.map((bay) => make("tr", { class: bay.id === state.bay ? "chosen" : null, "data-bay": bay.id },
    ...shown.map((c, k) => k === 0 ? make("td", {}, make("button", { type: "button", class: "link", onclick: () => choose(bay.id, false) }, named(bay))) : make("td", {}, c.show(bay))))));
}

function choose(id, stay) {
  state.bay = id;
  const chosen = "bay-" + data.bays.find((b) => b.id === id).number;
  // Only the mark moves: drawing hundreds of bays again would be felt.
  byId("map").querySelectorAll(".bay").forEach((node) => node.setAttribute("aria-pressed", String(node.id === chosen)));
  byId("table").querySelectorAll("tbody tr").forEach((row) => row.classList.toggle("chosen", row.dataset.bay === id));
  showDetail(); remember();
  if (!stay) byId("detail").focus({ preventScroll: true });
  if (window.innerWidth <= 820 || !stay) byId("detail").scrollIntoView({ block: "nearest" });
}

function remember() {
  const parts = ["language", "year", "campaign", "parameter", "bay"].filter((k) => state[k] !== null);
  try { history.replaceState(null, "", "#" + parts.map((k) => k + "=" + encodeURIComponent(state[k])).join("&")); } catch (error) { /* some viewers forbid it */ }
}

function recall() {
  for (const part of location.hash.slice(1).split("&")) {
    const [key, value] = part.split("=").map((text) => { try { return decodeURIComponent(text || ""); } catch (error) { return ""; } });
    if (key === "language" && data.words[value]) state.language = value;
    if (key === "year" && data.periods[value]) state.year = value;
    if (key === "campaign") state.campaign = value;
    if (key === "parameter" && data.parameters.some((p) => p.id === value)) state.parameter = value;
    if (key === "bay" && data.bays.some((b) => b.id === value)) state.bay = value;
  }
}

function show() { showControls(); showHeadline(); showMap(); showDetail(); showTable(); remember(); }
function changeYear(year) {
  // The same season of the other year, where there is one.
  const season = state.campaign.replace(state.year, "");
  state.year = year;
  const twin = data.periods[year].find((c) => c.id === year + season || c.id === state.campaign);
  state.campaign = twin ? twin.id : "annual";
  show();
}
recall();
byId("language").addEventListener("click", () => { state.language = state.language === "zh" ? "en" : "zh"; show(); });
byId("year").addEventListener("change", (event) => changeYear(event.target.value));
byId("campaign").addEventListener("change", (event) => { state.campaign = event.target.value; show(); });
byId("parameter").addEventListener("change", (event) => { state.parameter = event.target.value; show(); });
window.addEventListener("resize", placeNames);
show();
