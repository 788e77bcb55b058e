// Bars as SVG in percent of their width, so that they need no script to become wider or narrower.

function groups(results, key) {
  const grouped = new Map();
  for (const result of results) {
    const name = key(result);
    if (!grouped.has(name)) grouped.set(name, []);
    grouped.get(name).push(result);
  }
  return [...grouped.values()];
}

function scoreText(result) {
  const error = result.error === undefined ? '' : ' ± ' + figure(result.error);
  return `${figure(result.score)}${error} ${result.unit}`;
}

/** Room for the longest error range, unless that is longer than three times the longest bar. */
function axisEnd(results) {
  const longest = Math.max(...results.map(result => result.score));
  const reaches = Math.max(...results.map(result => result.score + (result.error ?? 0)));
  return Math.min(reaches, longest * 3) || 1;
}

function bar(result, end, isLimit) {
  const percent = value => Math.max(0, Math.min(100, value / end * 100)) + '%';
  const parts = [draw('rect', {x: 0, y: 3, height: 14, width: percent(result.score), rx: 2,
    style: `fill: var(--${isLimit ? 'bar-limit' : 'bar'})`})];
  if (result.error !== undefined) {
    const [low, high] = [result.score - result.error, result.score + result.error];
    const line = (x1, y1, x2, y2) => draw('line', {x1, y1, x2, y2, style: 'stroke: var(--ink); stroke-width: 1.5'});
    parts.push(line(percent(low), 10, percent(high), 10));
    // A range that leaves the axis has no end there: none is drawn.
    for (const value of [low, high].filter(value => value >= 0 && value <= end)) parts.push(line(percent(value), 5, percent(value), 15));
    if (high > end) parts.push(draw('text', {x: '100%', y: 14, 'text-anchor': 'end', class: 'beyond'}, '›'));
  }
  const label = `${result.name}: ${scoreText(result)}`;
  return make('div', {class: 'bar'}, draw('svg', {role: 'img', 'aria-label': label}, draw('title', {}, label), ...parts));
}

const STANDING = {reached: ['yes', '✓ goal'], missed: ['no', '✕ below goal'], undecided: ['maybe', '~ not decided by this run, goal']};

function share({baseline, ratio, goal, standing}) {
  const [look, words] = STANDING[standing] ?? ['', ''];
  return make('div', {class: look}, `${ratio.toFixed(2)} of ${baseline} `, make('small', {}, goal === undefined ? '' : `${words} ${goal.toFixed(2)}`));
}

function limitsOf(result) {
  return result.limits ?? [];
}

function box(results) {
  const [{parameters, unit}] = results;
  const end = axisEnd(results);
  const limits = new Set(results.flatMap(limitsOf).map(limit => limit.baseline));
  const rows = results.flatMap(result => [
    make('div', {class: 'name'}, result.name + (limits.has(result.name) ? ' (limit)' : '')),
    bar(result, end, limits.has(result.name)),
    make('div', {class: 'score'}, scoreText(result)),
    make('div', {class: 'share'}, ...limitsOf(result).map(share))]);
  const axis = make('div', {class: 'axis', 'aria-hidden': true},
    make('span', {}, '0'), make('span', {}, `${figure(end)} ${unit}`));
  return make('div', {class: 'box'}, make('h3', {}, parameters || 'no parameters'),
    make('div', {class: 'bars'}, ...rows, make('div', {class: 'blank'}), axis));
}

const results = report.results ?? [];
for (const suite of groups(results, result => result.suite)) {
  document.getElementById('suites').append(
    make('section', {}, make('h2', {}, suite[0].suite),
      ...groups(suite, result => result.parameters + '\n' + result.unit).map(box)));
}
drawn(results.length);
