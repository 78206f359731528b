/** Small helpers over the DOM. Values only ever become text or attributes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @returns the element with the attributes and children given; strings become text. */
export const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Writes only what is new: a live region is not read out twice, a selection is not lost. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A `dl` from pairs; terms stay, descriptions follow. */
export function facts(list, pairs) {
  if (list.children.length !== pairs.length) {
    list.replaceChildren(...pairs.map(([term]) => el("div", {}, el("dt", {}, term), el("dd"))));
  }
  pairs.forEach(([term, text], index) => {
    const [dt, dd] = list.children[index].children;
    say(dt, term);
    say(dd, text);
  });
}

/**
 * Makes the children of `parent` those of `items`, in their order, by key: what stays keeps its node, and so its focus.
 * @param make item -> node
 * @param update (node, item) -> void, for new and old ones alike
 */
export function keyed(parent, items, key, make, update = () => undefined) {
  const wanted = new Set(items.map((item) => String(key(item))));
  // What is gone goes first: a node that stays is then not moved, and a moved node would lose the focus.
  for (const node of [...parent.children]) if (!wanted.has(node.dataset.key)) node.remove();
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  items.forEach((item, index) => {
    const id = String(key(item));
    const node = old.get(id) ?? make(item);
    old.delete(id);
    node.dataset.key = id;
    update(node, item);
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
  // Two items of one key: the spare node of an earlier round stands at the end.
  while (parent.children.length > items.length) parent.lastElementChild.remove();
}
