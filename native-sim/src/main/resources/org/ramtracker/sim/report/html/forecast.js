// One case is chosen at a time; the charts of its course and the map of its trace follow.

const SYMBOLS = {'converges': '✓', 'marginal': '≈', 'does-not-converge': '✕'};
const CLASSES = {'converges': 'yes', 'marginal': 'maybe', 'does-not-converge': 'no'};
const WORDS = {'converges': 'converges', 'marginal': 'marginal', 'does-not-converge': 'does not converge'};
const FONT = '12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

const traces = report.traces ?? [];
const cases = report.cases ?? [];
const at = id => document.getElementById(id);
// A case that does not converge raises the question; one that does is the answer to it.
const firstChosen = cases.find(each => each.verdict !== 'converges' && each.course !== undefined) ?? cases[0];
const state = {trace: 0, limit: undefined, chosen: firstChosen, sort: undefined};
const plots = {};

const distinctValues = (list, key) => [...new Set(list.map(key))];
const byNumber = (a, b) => a - b;
const symbolOf = each => `${SYMBOLS[each.verdict]} ${WORDS[each.verdict]}`;
const timesOf = each => each.downtimeText === undefined
  ? [`${each.outcome} after ${each.totalText}`]
  : [`${each.outcome} in ${each.totalText}`, `${each.downtimeText} downtime`,
    ...(each.downtime > each.limit ? ['above the limit'] : [])];

/** Sizes and times on axes: as in the words, binary sizes. */
function sizeText(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024;
    unit++;
  }
  return `${figure(bytes)} ${units[unit]}`;
}

function timeText(seconds) {
  return seconds >= 1 ? `${figure(seconds)} s` : `${figure(seconds * 1000)} ms`;
}

// ---- choosing

function choose(each, scroll) {
  state.chosen = each;
  state.trace = each.trace;
  state.limit = each.limit;
  showControls();
  showMatrix();
  showCourse();
  showTrace();
  showRows();
  if (scroll) at('course').scrollIntoView({block: 'start', behavior: 'auto'});
}

function options(select, values, text, chosen) {
  select.replaceChildren(...values.map(value =>
    make('option', {value, selected: value === chosen ? '' : undefined}, text(value))));
  select.parentElement.hidden = values.length < 2;
}

const casesOfTrace = () => cases.filter(each => each.trace === state.trace);

function showControls() {
  const limitText = new Map(cases.map(each => [each.limit, each.limitText]));
  options(at('trace'), distinctValues(cases, each => each.trace).sort(byNumber),
    index => cases.find(each => each.trace === index).traceName, state.trace);
  options(at('limit'), distinctValues(casesOfTrace(), each => each.limit).sort(byNumber),
    limit => limitText.get(limit), state.limit);
}

/** After another trace or limit: the same policy and bandwidth there, if there are such. */
function follow() {
  const there = casesOfTrace().filter(each => each.limit === state.limit);
  const pool = there.length > 0 ? there : casesOfTrace();
  const same = pool.find(each => each.policy === state.chosen.policy && each.bandwidth === state.chosen.bandwidth);
  choose(same ?? pool[0], false);
}

at('trace').addEventListener('change', event => {
  state.trace = Number(event.target.value);
  follow();
});
at('limit').addEventListener('change', event => {
  state.limit = Number(event.target.value);
  follow();
});

// ---- the matrix

function showMatrix() {
  at('matrix-part').hidden = cases.length < 2;
  const shown = casesOfTrace().filter(each => each.limit === state.limit);
  const bandwidths = distinctValues(shown, each => each.bandwidth).sort(byNumber);
  const text = new Map(shown.map(each => [each.bandwidth, each.bandwidthText]));
  const head = make('tr', {}, make('td', {}), ...bandwidths.map(each => make('th', {scope: 'col'}, text.get(each))));
  const rows = distinctValues(shown, each => each.policy).map(policy =>
    make('tr', {}, make('th', {scope: 'row'}, policy), ...bandwidths.map(bandwidth =>
      cell(shown.find(each => each.policy === policy && each.bandwidth === bandwidth)))));
  keepFocus(at('matrix'), () =>
    at('matrix').replaceChildren(make('thead', {}, head), make('tbody', {}, ...rows)));
}

function cell(each) {
  if (each === undefined) return make('td', {}, '–');
  return make('td', {class: CLASSES[each.verdict]}, make('button', {
    type: 'button', 'aria-pressed': each === state.chosen, click: () => choose(each, false),
    'aria-label': `${each.policy} over ${each.bandwidthText}: ${WORDS[each.verdict]}, ${timesOf(each).join(', ')}`},
    make('b', {}, symbolOf(each)), ...timesOf(each).map(line => make('span', {}, line))));
}

/** What was replaced while it had the focus gives it to what took its place. */
function keepFocus(parent, replace) {
  const index = [...parent.querySelectorAll('button')].indexOf(document.activeElement);
  replace();
  if (index >= 0) parent.querySelectorAll('button')[index]?.focus({preventScroll: true});
}

// ---- all cases

const COLUMNS = [
  ['trace', each => each.traceName], ['policy', each => each.policy],
  ['bandwidth', each => each.bandwidth, each => each.bandwidthText], ['limit', each => each.limit, each => each.limitText],
  ['verdict', each => each.verdict, symbolOf], ['outcome', each => each.outcome],
  ['total time', each => each.total, each => each.totalText],
  ['downtime', each => each.downtime ?? Infinity, each => each.downtimeText ?? '–'],
  ['passes', each => each.passes], ['sent', each => each.sent, each => each.sentText],
  ['throttle', each => each.throttle, each => each.throttle === 0 ? '–' : each.throttle + ' %'],
  ['extrapolated', each => each.extrapolated ? 1 : 0, each => each.extrapolated ? 'yes' : 'no'],
];

function sorted() {
  if (state.sort === undefined) return cases;
  const value = COLUMNS[state.sort.column][1];
  return [...cases].sort((a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) * state.sort.sign);
}

function sortBy(column) {
  state.sort = {column, sign: state.sort?.column === column ? -state.sort.sign : 1};
  showRows();
}

function showRows() {
  const isNumber = index => typeof COLUMNS[index][1](cases[0]) === 'number';
  const head = COLUMNS.map(([name], index) => make('th', {
    scope: 'col', class: isNumber(index) ? 'number' : undefined,
    'aria-sort': state.sort?.column !== index ? 'none' : state.sort.sign > 0 ? 'ascending' : 'descending'},
    make('button', {type: 'button', click: () => sortBy(index)},
      name + (state.sort?.column !== index ? '' : state.sort.sign > 0 ? ' ▲' : ' ▼'))));
  const rows = sorted().map(each => make('tr', {'aria-selected': each === state.chosen},
    ...COLUMNS.map(([name, value, text = value], index) => make('td', {
      class: name === 'verdict' ? 'verdict ' + CLASSES[each.verdict] : isNumber(index) ? 'number' : undefined},
      name === 'policy' ? make('button', {type: 'button', click: () => choose(each, true)}, text(each)) : text(each)))));
  keepFocus(at('rows'), () =>
    at('rows').replaceChildren(make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows)));
}

// ---- charts

const isNarrow = () => innerWidth < 600;

/** On a narrow page the headings have to say what an axis of values shows. */
function axis(label, more = {}) {
  return {label: isNarrow() ? undefined : label, font: FONT, labelFont: FONT, stroke: style('soft'), labelSize: 20, labelGap: 4, size: 64, gap: 4,
    grid: {stroke: style('grid'), width: 1}, ticks: {stroke: style('grid'), width: 1}, ...more};
}

const timeAxis = label => axis(label, {label, size: 34, space: 60});

/** Draws a chart in place of the one that was there, as wide as its box and as wide as that becomes. */
function plot(id, series, axes, scales, data, hooks = {}) {
  plots[id]?.destroy();
  const box = at(id);
  const options = {width: box.clientWidth, height: box.clientWidth < 500 ? 230 : 280, series, axes, hooks,
    scales: {x: {time: false}, ...scales}, legend: {live: true}, cursor: {drag: {x: true, y: false}}};
  plots[id] = new uPlot(options, data, box);
  box.querySelectorAll('.u-series:not(:first-child) th').forEach(reachByKeys);
}

/** The library hides and shows a line when its label is clicked, and leaves it at that. */
function reachByKeys(label) {
  label.tabIndex = 0;
  label.setAttribute('role', 'button');
  label.addEventListener('keydown', event => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    label.click();
  });
}

function line(label, colour, text, more = {}) {
  return {label, stroke: style(colour), width: 2, points: {show: false}, value: (_, value) => value == null ? '–' : text(value), ...more};
}

const secondsSeries = {label: 'at', value: (_, value) => value == null ? '–' : timeText(value)};

/** A rule's value from each of its changes on. */
function stepAt(events, seconds, key) {
  let value = events[0]?.[key] ?? null;
  for (const event of events) if (event.t <= seconds) value = event[key];
  return value;
}

const POINTS_BETWEEN = 16;

/** What remains shrinks evenly between two syncs. On a logarithmic axis that is no straight line, so points lie between. */
function between(course) {
  const points = (course.t ?? []).map((t, index) => ({t, remaining: course.remaining[index], expected: course.expected[index]}));
  const parts = points.length > 100 ? 4 : POINTS_BETWEEN;
  return points.flatMap((to, index) => {
    const from = points[index - 1];
    if (index === 0 || from.remaining <= to.remaining || from.expected === null || to.expected === null) return [to];
    const part = share => ({t: from.t + (to.t - from.t) * share,
      remaining: from.remaining + (to.remaining - from.remaining) * share,
      expected: from.expected + (to.expected - from.expected) * share});
    // Dense where the logarithm falls steeply, at the end.
    return [...Array.from({length: parts - 1}, (_, step) => part(1 - 0.5 ** ((step + 1) * 8 / parts))), to];
  });
}

/** All moments of a course at which something is known: its points, each change, and the moment right before each change. */
function courseData(course) {
  const events = course.events ?? [];
  const changes = events.flatMap(event => event.t > 0 ? [event.t - 1e-6, event.t] : [0]);
  const rows = between(course).concat([...changes, course.end].map(t => ({t})));
  rows.sort((a, b) => a.t - b.t);
  const floor = Math.min(...events.map(event => event.limit), 1) / 30;
  return {
    t: rows.map(row => row.t),
    remaining: rows.map(row => row.remaining),
    expected: rows.map(row => row.expected == null ? undefined : Math.max(row.expected, floor)),
    limit: rows.map(row => stepAt(events, row.t, 'limit')),
    throttle: rows.map(row => stepAt(events, row.t, 'throttle')),
  };
}

function verticalLine(chart, seconds, colour, dash, text) {
  const {ctx, bbox} = chart;
  const x = Math.round(chart.valToPos(seconds, 'x', true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour;
  ctx.lineWidth = devicePixelRatio * 1.5;
  ctx.setLineDash(dash.map(length => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = FONT.replace('12px', 12 * devicePixelRatio + 'px');
  const left = x - ctx.measureText(text).width - 6 * devicePixelRatio > bbox.left;
  ctx.textAlign = left ? 'right' : 'left';
  ctx.fillText(text, x + (left ? -5 : 5) * devicePixelRatio, bbox.top + 13 * devicePixelRatio);
  ctx.restore();
}

/** A triangle where a rule changed something, and its words where there is room. */
function marks(chart, events, key, scale, text, colour) {
  const {ctx, bbox} = chart;
  const unit = devicePixelRatio;
  let free = bbox.left;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = FONT.replace('12px', 11 * unit + 'px');
  ctx.textAlign = 'center';
  events.forEach((event, index) => {
    if (index === 0 ? event.throttle === 0 || key === 'limit' : event[key] === events[index - 1][key]) return;
    const x = chart.valToPos(event.t, 'x', true);
    const y = chart.valToPos(event[key], scale, true);
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.beginPath();
    ctx.moveTo(x, y - 5 * unit);
    ctx.lineTo(x - 5 * unit, y + 4 * unit);
    ctx.lineTo(x + 5 * unit, y + 4 * unit);
    ctx.fill();
    const half = ctx.measureText(text(event)).width / 2 + 3 * unit;
    if (x - half < free || x + half > bbox.left + bbox.width) return;
    ctx.fillText(text(event), x, y - 9 * unit < bbox.top + 26 * unit ? y + 17 * unit : y - 9 * unit);
    free = x + half;
  });
  ctx.restore();
}

function markCourse(chart, course, key, scale, text, colour) {
  if (course.switchover) verticalLine(chart, course.switchover.t, style('ink'), [], 'switchover');
  else verticalLine(chart, course.end, style('soft'), [4, 3], state.chosen.outcome);
  marks(chart, course.events ?? [], key, scale, text, colour);
}

function showCourse() {
  const each = state.chosen;
  const course = each.course;
  at('course-title').textContent = `Course: ${each.policy} over ${each.bandwidthText}, limit ${each.limitText}, ${each.traceName}`;
  at('course-answer').textContent = `${symbolOf(each)}: ${timesOf(each).join(' with ')}, ${each.passes} ${each.passes === 1 ? 'pass' : 'passes'}, ${each.sentText} sent`;
  at('command').textContent = commandOf(each);
  at('command').parentElement.hidden = cases.length < 2;
  at('course-why').textContent = course?.why ?? 'The course of this case is not in this page.';
  for (const id of ['expected', 'remaining']) {
    at(id).hidden = at(id).previousElementSibling.hidden = course === undefined;
  }
  at('expected-note').hidden = course === undefined;
  at('events-part').hidden = true;
  if (course === undefined) return;
  showEvents(course);
  const data = courseData(course);
  showExpected(course, data);
  showRemaining(course, data);
}

function showExpected(course, data) {
  plot('expected',
    [secondsSeries, line('expected downtime', 'series-1', timeText, {spanGaps: true}),
      line('limit in force', 'series-2', timeText, {dash: [6, 4], spanGaps: true})],
    [timeAxis('time since the migration began (s)'),
      axis('downtime (log scale)', {values: (_, values) => values.map(value => value == null ? '' : timeText(value))})],
    {y: {distr: 3}}, [data.t, data.expected, data.limit],
    {draw: [chart => markCourse(chart, course, 'limit', 'y', event => event.limitText, style('series-2'))]});
  at('expected').setAttribute('role', 'group');
  at('expected').setAttribute('aria-label', 'Chart: expected downtime over time against the limit. ' + course.why);
}

function showRemaining(course, data) {
  const throttled = (course.events ?? []).some(event => event.throttle > 0);
  at('throttled').hidden = !throttled;
  const series = [secondsSeries, line('remaining', 'series-1', sizeText, {spanGaps: true, fill: style('series-1') + '22'})];
  const axes = [timeAxis('time since the migration began (s)'),
    axis('remaining', {values: (_, values) => values.map(sizeText), incrs: binarySteps()})];
  if (throttled) {
    series.push(line('throttle', 'series-2', value => value + ' %', {scale: 'percent', dash: [6, 4], spanGaps: true}));
    axes.push(axis('throttle (%)', {scale: 'percent', side: 1, size: 42, grid: {show: false}}));
  }
  plot('remaining', series, axes, {y: {range: (_, low, high) => [0, high * 1.08 || 1]}, percent: {range: [0, 100]}},
    throttled ? [data.t, data.remaining, data.throttle] : [data.t, data.remaining],
    {draw: [chart => markCourse(chart, course, 'throttle', 'percent', event => event.throttle + ' %', style('series-2'))]});
  at('remaining').setAttribute('role', 'group');
  at('remaining').setAttribute('aria-label', 'Chart: bytes that remain over time.');
}

/** Steps of an axis of sizes: 1, 2, 4, 8, ... bytes, so that labels are whole numbers of their unit. */
function binarySteps() {
  return Array.from({length: 50}, (_, power) => 2 ** power);
}

function showEvents(course) {
  const events = course.events ?? [];
  const items = events.slice(1).map((event, index) => {
    const before = events[index];
    const what = event.throttle !== before.throttle
      ? `throttle ${event.throttle} %` : `downtime limit ${event.limitText}`;
    return make('li', {}, `${what} at ${event.at}`);
  });
  if (course.eventsLeftOut > 0) items.push(make('li', {}, `and ${course.eventsLeftOut} more`));
  if (course.switchover) {
    const last = course.switchover;
    items.push(make('li', {}, `switchover by ${last.rule} at ${last.at}: ${last.remainingText} left, ${last.expectedText} of `
      + `downtime expected, ${last.limitText} allowed, ${last.downtimeText} taken`));
  }
  at('events-part').hidden = items.length === 0;
  at('events-part').querySelector('summary').textContent = `What the rules did (${items.length})`;
  at('events').replaceChildren(...items);
}

/** A file's name as a shell takes it. */
const quoted = text => /^[\w.\/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A value with the largest of the units in which it is a whole number. */
const whole = (value, units) => units.filter(([, size]) => value % size === 0).map(([unit, size]) => value / size + unit)[0];

function commandOf(each) {
  const bandwidth = whole(each.bandwidth * 8, [['Gbit', 1e9], ['Mbit', 1e6], ['bit', 1]]);
  const limit = whole(each.limit, [['ms', 1e6], ['ns', 1]]);
  return `./ramtracker forecast ${quoted(each.traceName)} --policy ${each.policy} --bandwidth ${bandwidth} --downtime-limit ${limit}`;
}

// ---- the trace

const RAMP_LIGHT = [[255, 255, 255], [196, 221, 240], [98, 160, 212], [28, 92, 163], [10, 32, 84]];
const RAMP_DARK = [[24, 31, 39], [32, 66, 104], [43, 124, 160], [122, 194, 150], [250, 236, 130]];
const isDark = () => matchMedia('(prefers-color-scheme: dark)').matches && document.documentElement.dataset.theme !== 'light';

/** The shade that gets the strongest colour: all but the strongest hundredth of the cells are to be told apart. */
function fullShade(trace) {
  if (trace.full === undefined) {
    const shades = cellsOf(trace).filter(shade => shade > 0).sort();
    trace.full = shades.length === 0 ? 255 : Math.max(25, shades[Math.floor(shades.length * 0.99)]);
  }
  return trace.full;
}

/** A colour for a share of the strongest shade, 0 to 1. */
function colour(shade) {
  const ramp = isDark() ? RAMP_DARK : RAMP_LIGHT;
  const place = shade === 0 ? 0 : 0.1 + Math.min(1, shade) * 0.9;
  const left = Math.min(ramp.length - 2, Math.floor(place * (ramp.length - 1)));
  const part = place * (ramp.length - 1) - left;
  return ramp[left].map((value, index) => Math.round(value + (ramp[left + 1][index] - value) * part));
}

function cellsOf(trace) {
  trace.bytes ??= Uint8Array.from(atob(trace.cells), letter => letter.charCodeAt(0));
  return trace.bytes;
}

/** The map in its own resolution, to be stretched: a column of cells for each part of the time, memory from the bottom up. */
function mapImage(trace) {
  const image = new ImageData(trace.columns, trace.bands);
  const full = fullShade(trace);
  cellsOf(trace).forEach((shade, index) => {
    const [column, band] = [Math.floor(index / trace.bands), index % trace.bands];
    image.data.set([...colour(shade / full), 255], ((trace.bands - 1 - band) * trace.columns + column) * 4);
  });
  const canvas = make('canvas', {width: trace.columns, height: trace.bands});
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

function sharpCanvas(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  const context = canvas.getContext('2d');
  context.scale(devicePixelRatio, devicePixelRatio);
  context.font = FONT;
  return {context, width, height};
}

/** Round steps of an axis from 0 to its end, about as many as asked. */
function steps(end, count, base) {
  const raw = end / count;
  const scale = base === 2 ? 2 ** Math.ceil(Math.log2(raw)) : [1, 2, 5, 10].map(digit => digit * 10 ** Math.floor(Math.log10(raw)))
    .find(step => step >= raw);
  return Array.from({length: Math.floor(end / scale + 1e-9) + 1}, (_, index) => index * scale);
}

const MAP = {left: 74, top: 8, right: 8, bottom: 40};

function showMap(trace) {
  const {context, width, height} = sharpCanvas(at('map'));
  const [w, h] = [width - MAP.left - MAP.right, height - MAP.top - MAP.bottom];
  const span = trace.bands * trace.bandBytes;
  const yOf = bytes => MAP.top + h * (1 - bytes / span);
  context.imageSmoothingEnabled = false;
  context.drawImage(mapImage(trace), MAP.left, MAP.top, w, h);
  context.strokeStyle = style('line');
  context.strokeRect(MAP.left - 0.5, MAP.top - 0.5, w + 1, h + 1);
  context.fillStyle = style('soft');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const bytes of steps(trace.spaceBytes, 6, 2)) context.fillText(sizeText(bytes), MAP.left - 6, Math.max(MAP.top + 6, yOf(bytes)));
  context.textAlign = 'center';
  for (const seconds of steps(trace.seconds, width < 500 ? 4 : 10, 10)) {
    context.fillText(figure(seconds), Math.min(width - 12, MAP.left + w * seconds / trace.seconds), height - MAP.bottom + 12);
  }
  context.fillText('time since the recording began (s)', MAP.left + w / 2, height - 8);
  context.save();
  context.translate(9, MAP.top + h / 2);
  context.rotate(-Math.PI / 2);
  context.fillText('guest RAM, from its start', 0, 0);
  context.restore();
  showBlocks(trace, context, yOf, w);
}

/** Where one block ends and the next begins; names where there is room. */
function showBlocks(trace, context, yOf, w) {
  context.textAlign = 'left';
  for (const block of trace.blocks.length > 1 ? trace.blocks : []) {
    const [top, bottom] = [yOf(block.to), yOf(block.from)];
    context.strokeStyle = style('soft');
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(MAP.left, bottom);
    context.lineTo(MAP.left + w, bottom);
    context.stroke();
    if (bottom - top < 15) continue;
    const half = context.measureText(block.name).width;
    context.fillStyle = style('paper');
    context.globalAlpha = 0.8;
    context.fillRect(MAP.left + 3, top + 2, half + 8, 15);
    context.globalAlpha = 1;
    context.fillStyle = style('ink');
    context.fillText(block.name, MAP.left + 7, top + 10);
  }
  context.setLineDash([]);
}

function showRamp(trace) {
  const {context, width} = sharpCanvas(at('ramp'));
  const inner = width - 52;
  for (let x = 0; x <= inner; x++) {
    context.fillStyle = `rgb(${colour(x / inner)})`;
    context.fillRect(8 + x, 0, 1.5, 14);
  }
  context.strokeStyle = style('line');
  context.strokeRect(7.5, 0.5, inner + 2, 14);
  context.fillStyle = style('soft');
  context.textAlign = 'center';
  const end = (fullShade(trace) / 255) ** 2 * 100;
  const ticks = [0, ...[0.1, 1, 2, 5, 10, 25, 50].filter(percent => percent < end * 0.5 && percent > end * 0.015), end];
  for (const percent of ticks) {
    const words = percent === end ? (end < 100 ? '≥ ' : '') + Number(end.toPrecision(2)) + ' %' : percent;
    context.fillText(words, 8 + inner * Math.sqrt(percent / end), 28);
  }
}

function tip(event) {
  const trace = traces[state.trace];
  const canvas = at('map').getBoundingClientRect();
  const [w, h] = [canvas.width - MAP.left - MAP.right, canvas.height - MAP.top - MAP.bottom];
  const column = Math.floor((event.clientX - canvas.left - MAP.left) / w * trace.columns);
  const band = Math.floor((1 - (event.clientY - canvas.top - MAP.top) / h) * trace.bands);
  const box = at('map-tip');
  box.hidden = column < 0 || column >= trace.columns || band < 0 || band >= trace.bands;
  if (box.hidden) return;
  const shade = cellsOf(trace)[column * trace.bands + band];
  const from = column === 0 ? 0 : trace.ends[column - 1];
  const block = trace.blocks.findLast(each => each.from <= band * trace.bandBytes);
  const address = block.address + band * trace.bandBytes - block.from;
  box.textContent = `${figure(from)} to ${figure(trace.ends[column])} s, ${block.name}, ${sizeText(trace.bandBytes)} from `
    + `0x${address.toString(16)}: ${shade === 0 ? 'nothing' : 'about ' + figure((shade / 255) ** 2 * 100) + ' %'} written`;
  const x = event.clientX - canvas.left;
  box.style.left = Math.max(0, Math.min(x + 12, canvas.width - 262)) + 'px';
  box.style.top = Math.max(0, event.clientY - canvas.top - 60) + 'px';
}

at('map').addEventListener('pointermove', tip);
at('map').addEventListener('pointerleave', () => { at('map-tip').hidden = true; });

/** The end of the axis of rates: a guest that begins with a burst shall not make everything after it a flat line. */
function rateEnd(rates) {
  const sorted = [...rates].sort(byNumber);
  return Math.min(sorted.at(-1), 3 * sorted[Math.floor(sorted.length * 0.95)]) * 1.08 || sorted.at(-1) || 1;
}

function showTrace() {
  const trace = traces[state.trace];
  at('map-title').parentElement.hidden = trace === undefined;
  if (trace === undefined) return;
  at('map-title').textContent = `Dirty map of ${trace.name}`;
  at('map-words').textContent = trace.words + '.';
  at('map').setAttribute('aria-label', `Heat map: which parts of guest memory were written when. ${trace.words}.`);
  showMap(trace);
  showRamp(trace);
  plot('distinct',
    [secondsSeries, line('distinct pages, D(t)', 'series-1', sizeText), line('dirtied a second', 'series-2', value => sizeText(value) + '/s', {scale: 'rate', width: 1.5})],
    [timeAxis('time since the recording began (s)'),
      axis('D(t)', {values: (_, values) => values.map(sizeText), incrs: binarySteps()}),
      axis('dirty rate', {scale: 'rate', side: 1, size: 76, values: (_, values) => values.map(value => sizeText(value) + '/s'), incrs: binarySteps(), grid: {show: false}})],
    {y: {range: (_, low, high) => [0, high * 1.08 || 1]}, rate: {range: [0, rateEnd(trace.rates)]}},
    [[0, ...trace.ends], [0, ...trace.distinct], [null, ...trace.rates]]);
  at('distinct').setAttribute('role', 'group');
  at('distinct').setAttribute('aria-label', `Chart: distinct pages written, and dirty rate, over time. ${trace.words}.`);
}

// ---- tables that are wider than the page

/** A table that goes on to the right fades out there: on a phone no scrollbar says so. */
function fade(box) {
  box.classList.toggle('beyond', box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
}

for (const box of document.querySelectorAll('.scroll')) {
  box.addEventListener('scroll', () => fade(box), {passive: true});
  const resized = new ResizeObserver(() => fade(box));
  resized.observe(box);
  resized.observe(box.firstElementChild);
}

// ---- everything

function showAll() {
  showCourse();
  showTrace();
}

let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  showAll();
});
whenColoursChange(showAll);
addEventListener('beforeprint', () => { at('events-part').open = true; });
for (const words of report.leftOut ?? []) at('notes-list').append(make('li', {}, words));
at('rows-part').hidden = cases.length < 2;
choose(firstChosen, false);
drawn(document.querySelectorAll('canvas').length);
