'use strict';
// What every report needs. Data come from outside: they become text nodes and attribute values, never markup.

const report = JSON.parse(document.getElementById('data').textContent);

/** An element with attributes and children; a child that is no node becomes text. */
function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'click') element.addEventListener('click', value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A colour or another custom property of the style sheet, as it is now. */
function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
}

/** A number with four significant digits, and a decimal comma for nobody. */
function figure(value) {
  if (value === 0) return '0';
  const digits = Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(digits).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}

const redraws = [];

/** Calls now, and again whenever the colours have changed: another theme, or paper. */
function whenColoursChange(redraw) {
  redraws.push(redraw);
}

function redrawAll() {
  redraws.forEach(redraw => redraw());
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
addEventListener('beforeprint', () => {
  document.documentElement.dataset.theme = 'light';
  redrawAll();
});
addEventListener('afterprint', () => {
  delete document.documentElement.dataset.theme;
  redrawAll();
});

/** Tells whoever looks from outside, a test, that everything is there. */
function drawn(charts) {
  document.documentElement.dataset.drawn = charts;
}
